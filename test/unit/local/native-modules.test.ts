import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const url = (file: string): string => JSON.stringify(pathToFileURL(join(ROOT, file)).href);

/** Loads native modules as the local runtime does, and draws a line of text as previews do. */
const SCRIPT = `
const { loadNativeModules } = await import(${url('local/lambda/native-modules.ts')});
const { drawText } = await import(${url('functions/files/pictures/sharp.ts')});
const { decoderPath } = await import(${url('functions/files/previews/decoder-file.ts')});
loadNativeModules();
const { data } = await drawText('Text', { fontFile: decoderPath('DejaVuSans.ttf'), fontSize: 20, colour: '#000000' });
console.log(JSON.stringify({ fonts: process.env.FONTCONFIG_FILE, isDrawn: data.some((value) => value > 0) }));
`;

const drawing = (env: NodeJS.ProcessEnv) =>
  new Promise<{ out: { fonts: string; isDrawn: boolean }; errors: string }>((resolve, reject) => {
    const options = { cwd: ROOT, env: { PATH: process.env.PATH, ...env } };
    const program = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', SCRIPT];
    execFile(process.execPath, program, options, (error, out, errors) =>
      error ? reject(error) : resolve({ out: JSON.parse(out), errors }),
    );
  });

it('text is drawn without a word of fontconfig, by the configuration that the layer brings to AWS', async () => {
  const { out, errors } = await drawing({ HOME: '/nonexistent' });
  expect({ out, errors }).toEqual({
    out: { fonts: join(ROOT, 'layers', 'sharp', 'fonts.conf'), isDrawn: true },
    errors: '',
  });
  const lacking = await drawing({ FONTCONFIG_FILE: '/nonexistent/fonts.conf' });
  expect(lacking.errors).toContain('Fontconfig error: Cannot load default config file');
});
