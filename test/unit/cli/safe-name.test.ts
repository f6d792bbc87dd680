import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, win32 } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { safeName } from '../../../cli/safe-name.ts';

const cat = '🐈\u200d⬛';

describe('the name of a file that is saved', () => {
  it.each([
    'harbour.jpg',
    'Büro – Übersicht (2).pdf',
    '写真.jpg',
    `${cat}.png`,
    'a b.tar.gz',
    'v1.2',
    'com.pdf',
    'console.txt',
    'नमस्ते\u200d.txt',
    'notes.md',
    'minutes-of-may.md',
    'Rules of the house.md',
    'profile.jpg',
    'a~1 plan.txt',
    'Makefile.txt',
    'CLAUDE.jpg',
  ])('stays %j', (name) => expect(safeName(name)).toBe(name));

  it.each([
    // Hidden, and read by shells and programs
    ['.envrc', '_envrc'],
    ['.bashrc', '_bashrc'],
    ['..', 'file'],
    ['...x', '___x'],
    ['.git/hooks/pre-commit', '_git_hooks_pre-commit'],
    ['\u200d.envrc', '_envrc'],
    ['\ufeff.envrc', '_envrc'],
    [' .envrc', '_envrc'],
    ['\u200b\u2060.\u200cgit', '_\u200cgit'],
    // Elsewhere
    ['../../etc/passwd', '___.._etc_passwd'],
    ['..\\..\\x.png', '___.._x.png'],
    ['/etc/passwd', '_etc_passwd'],
    ['C:\\x.txt', 'C__x.txt'],
    ['a.txt:evil.exe', 'a.txt_evil.exe'],
    ['~/x', '__x'],
    // Obeyed
    ['node_modules', '_node_modules'],
    ['Node_Modules', '_Node_Modules'],
    ['desktop.ini', '_desktop.ini'],
    ['CMakeLists.txt', '_CMakeLists.txt'],
    ['requirements.txt', '_requirements.txt'],
    ['AGENTS.md', '_AGENTS.md'],
    ['Makefile', '_Makefile'],
    ['Brewfile', '_Brewfile'],
    ['Dockerfile.web', '_Dockerfile.web'],
    ['claude.local.md', '_claude.local.md'],
    ['AGENTS.override.md', '_AGENTS.override.md'],
    ['AGENT.md', '_AGENT.md'],
    ['SKILL.md', '_SKILL.md'],
    ['copilot-instructions.md', '_copilot-instructions.md'],
    ['review.prompt.md', '_review.prompt.md'],
    ['style.mdc', '_style.mdc'],
    ['NEXTAGENT.md', '_NEXTAGENT.md'],
    ['AGENTS\u200d.md', '_AGENTS\u200d.md'],
    ['Make\ufe0ffile', '_Make\ufe0ffile'],
    ['AGENT\u017f.md', '_AGENT\u017f.md'],
    ['\u212aIRO.md', '_KIRO.md'],
    ['NODE_M~1', '_NODE_M~1'],
    ['AGENTS~1.MD', '_AGENTS~1.MD'],
    ['conftest.py', '_conftest.py'],
    ['conanfile.txt', '_conanfile.txt'],
    ['meson_options.txt', '_meson_options.txt'],
    ['vite.config.ts', '_vite.config.ts'],
    ['-rf', '_rf'],
    ['--output=x.txt', '__output=x.txt'],
    // Devices of Windows, and what it drops or refuses
    ['CON', '_CON'],
    ['CO\u200dN', '_CO\u200dN'],
    ['con.txt', '_con.txt'],
    ['NUL.tar.gz', '_NUL.tar.gz'],
    ['aux .txt', '_aux .txt'],
    ['COM1', '_COM1'],
    ['lpt².log', '_lpt².log'],
    ['CONIN$', '_CONIN$'],
    ['evil.exe.', 'evil.exe'],
    ['evil.exe. . ', 'evil.exe'],
    ['who? "me" <*|>.txt', 'who_ _me_ ____.txt'],
    // Unseen and deceiving
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a\u2066b\u2069.txt', 'ab.txt'],
    ['a\u0000b\u001b[2J\u0085.txt', 'a_b_[2J_.txt'],
    ['a\r\nb.txt', 'a__b.txt'],
    ['node\u200b_modules', '_node_modules'],
    ['a\u{e0041}.txt', 'a.txt'],
    ['a\ud800.txt', 'a_.txt'],
    // Nothing
    ['', 'file'],
    [' ', 'file'],
    ['\u200d', 'file'],
  ])('that was sent as %j is %j', (sent, saved) => expect(safeName(sent)).toBe(saved));

  it('has 255 bytes at most, ends as it did, and is cut between signs', () => {
    expect(safeName(`${'x'.repeat(251)}.jpg`)).toHaveLength(255);
    expect(safeName(`${'x'.repeat(252)}.jpg`)).toBe(`${'x'.repeat(251)}.jpg`);
    expect(safeName(`${'ä'.repeat(255)}.jpg`)).toBe(`${'ä'.repeat(125)}.jpg`);
    expect(safeName(`a${cat.repeat(40)}.jpg`)).toBe(`a${cat.repeat(25)}.jpg`);
    expect(safeName(`${'x'.repeat(300)}.medium.webp`, '.medium.webp')).toBe(`${'x'.repeat(243)}.medium.webp`);
    expect(safeName(`a.${'x'.repeat(300)}`)).toBe(`a.${'x'.repeat(253)}`);
  });

  it('names one visible file of one folder, whatever was sent, and is the same when made again', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (sent) => {
        const name = safeName(sent);
        expect(name).toMatch(/^[^./\\~-]/);
        expect(win32.basename(name)).toBe(name);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(name.isWellFormed()).toBe(true);
        expect(safeName(name)).toBe(name);
      }),
      { numRuns: 500 },
    ));

  it('is none that an agent, a shell or Windows obeys, in whatever case, with whatever unseen signs and qualifiers', () => {
    const obeyed = fc.constantFrom(
      ...['AGENTS.md', 'CLAUDE.md', 'GEMINI.md', 'SKILL.md', 'copilot-instructions.md', 'rules.mdc', 'Makefile'],
      ...['node_modules', 'desktop.ini', 'CMakeLists.txt', 'NUL', 'COM1.txt', '.envrc', '.git', 'vite.config.ts'],
    );
    const unseen = fc.constantFrom(
      '',
      '\u200c',
      '\u200d',
      '\ufe0e',
      '\ufe0f',
      '\u200b',
      '\u2060',
      '\u202e',
      '\u{e0041}',
    );
    const disguised = fc
      .tuple(obeyed, fc.array(fc.tuple(fc.nat(20), unseen, fc.boolean()), { maxLength: 6 }))
      .map(([name, changes]) => {
        const signs = [...name];
        for (const [at, sign, upper] of changes) {
          const place = at % signs.length;
          const letter = signs[place] ?? '';
          signs[place] = `${upper ? letter.toUpperCase() : letter.toLowerCase()}${sign}`;
        }
        return { name, sent: signs.join('') };
      });
    const seen = (text: string) => text.replaceAll(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '').toLowerCase();
    fc.assert(
      fc.property(disguised, ({ name, sent }) => {
        const saved = seen(safeName(sent));
        expect(saved).not.toBe(name.toLowerCase());
        expect(saved.startsWith('_')).toBe(true);
      }),
      { numRuns: 500 },
    );
    const agents = fc.constantFrom('agents', 'claude', 'gemini', 'qwen', 'skill', 'copilot');
    const qualifier = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(agents, fc.constantFrom('.', '-', '_'), qualifier, (agent, between, more) => {
        expect(safeName(`${agent}${between}${more}.md`)).toBe(`_${agent}${between}${more}.md`);
      }),
    );
  });

  it('can be written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mediashelf-names-'));
    try {
      const names = ['.envrc', '😀'.repeat(255), 'a/b', 'CON', '\0', `${'ß'.repeat(200)}.jpg`].map((sent) =>
        safeName(sent),
      );
      for (const name of names) await writeFile(join(folder, name), '');
      expect(await readdir(folder)).toHaveLength(names.length);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
