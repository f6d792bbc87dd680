import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { installFor } from '../../lib/sharp-layer.ts';
import { freshFolder, functionOf, ofType, ROOT, synthesize } from './synthesized.ts';

const json = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

describe('sharp layer', () => {
  const lock = json('layers/sharp/package-lock.json').packages;

  it('pins the sharp that the project is tested with, and its binaries', () => {
    const tested = json('package-lock.json').packages;
    for (const name of ['sharp', '@img/sharp-linux-arm64', '@img/sharp-libvips-linux-arm64']) {
      const key = `node_modules/${name}`;
      expect(lock[key]).toMatchObject({ version: tested[key].version, integrity: tested[key].integrity });
    }
    expect(json('layers/sharp/package.json').dependencies).toEqual({ sharp: json('package.json').dependencies.sharp });
  });

  it('brings sharp and what sharp needs, and nothing else', () => {
    const packages = Object.keys(lock)
      .filter((key) => key.startsWith('node_modules/') && !lock[key].optional)
      .map((key) => key.slice('node_modules/'.length));
    expect(packages.sort()).toEqual(['@img/colour', 'detect-libc', 'semver', 'sharp']);
  });

  it('is for the processor that the functions run on', async () => {
    const stack = await synthesize();
    const layer = ofType(stack, 'AWS::Lambda::LayerVersion').find(({ id }) => id.startsWith('SharpLayer'));
    expect(layer?.Properties).toMatchObject({ CompatibleArchitectures: ['arm64'], CompatibleRuntimes: ['nodejs24.x'] });
    expect(functionOf(stack, 'examine-file').Properties.Layers).toEqual([{ Ref: layer?.id }]);
  });

  it('brings a configuration of fonts, which every function with sharp names', async () => {
    const stack = await synthesize();
    const named = ofType(stack, 'AWS::Lambda::Function').map(({ Properties }) => [
      Properties.Layers === undefined,
      Properties.Environment.Variables.FONTCONFIG_FILE,
    ]);
    expect(new Set(named.map((each) => JSON.stringify(each)))).toEqual(
      new Set(['[true,null]', '[false,"/opt/fonts.conf"]']),
    );
    const [source, output] = [freshFolder(), freshFolder()];
    copyFileSync(join(ROOT, 'layers', 'sharp', 'fonts.conf'), join(source, 'fonts.conf'));
    // There is no package to install.
    expect(() => installFor(source).tryBundle(output, {} as never)).toThrow('package.json');
    expect(readdirSync(output)).toContain('fonts.conf');
  });
});
