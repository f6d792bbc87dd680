import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { COMMANDS, run } from '../../../cli/run.ts';

const printed = async (words: readonly string[]) => {
  const [input, out, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const code = await run(words, { input, out, errors, env: {}, signal: new AbortController().signal });
  for (const stream of [out, errors]) stream.end();
  return { code, out: await text(out), errors: await text(errors) };
};

/** What bash offers for the last of the words. */
const offered = (script: string, words: readonly string[]): readonly string[] => {
  const line = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
  const { stdout } = spawnSync('bash', ['-c', `${script}\n${line}; _mediashelf; printf '%s\\n' "\${COMPREPLY[@]}"`]);
  return stdout
    .toString()
    .split('\n')
    .filter((word) => word !== '');
};

describe('the completion of bash', () => {
  it('offers commands, then the flags of the command, and leaves names of files to the shell', async () => {
    const { out: script } = await printed(['completion', 'bash']);
    expect(offered(script, ['mediashelf', ''])).toEqual(Object.keys(COMMANDS));
    expect(offered(script, ['mediashelf', 'up'])).toEqual(['upload']);
    expect(offered(script, ['mediashelf', 'upload', '--ta'])).toEqual(['--tags']);
    expect(offered(script, ['mediashelf', 'login', '--'])).toContain('--email');
    expect(offered(script, ['mediashelf', 'upload', 'fi'])).toEqual([]);
  });
});

describe('the completion of other shells', () => {
  it.each(['zsh', 'fish'])('names each command: %s', async (shell) => {
    const { code, out } = await printed(['completion', shell]);
    expect(code).toBe(0);
    for (const name of Object.keys(COMMANDS)) expect(out).toContain(name);
  });

  it('is refused for a shell that has none', async () => {
    expect(await printed(['completion', 'toString'])).toMatchObject({
      code: 2,
      errors: expect.stringContaining('bash'),
    });
    expect(await printed(['completion'])).toMatchObject({ code: 2 });
  });
});

describe('the version', () => {
  it('is that of the package', async () => {
    const { version } = JSON.parse(readFileSync('cli/package.json', 'utf8'));
    expect(await printed(['--version'])).toEqual({ code: 0, out: `${version}\n`, errors: '' });
  });
});
