import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Service } from '../../../local/ports.ts';
import { startWatch } from '../../../local/watch.ts';

let root: string;
let watching: Service;
let next: PromiseWithResolvers<void>;
let failing = false;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mediashelf-watch-'));
  mkdirSync(join(root, 'lib', 'deep'), { recursive: true });
  writeFileSync(join(root, 'lib', 'deep', 'a.ts'), '1');
  next = Promise.withResolvers();
  failing = false;
  const rebuild = async (): Promise<void> => {
    if (failing) throw new Error('bad');
    next.resolve();
  };
  watching = startWatch(root, ['lib', 'settings.ts'], rebuild, () => next.resolve());
});
afterEach(async () => {
  await watching.stop();
  rmSync(root, { recursive: true, force: true });
});

const rebuilt = async (change: () => void): Promise<void> => {
  next = Promise.withResolvers();
  change();
  await next.promise;
};
const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
/** As many editors save. */
const replace = (path: string, text: string): void => {
  writeFileSync(join(root, 'written'), text);
  renameSync(join(root, 'written'), join(root, path));
};

describe('a watch', () => {
  it('sees every change of a file that is replaced again and again', async () => {
    for (const text of ['2', '3']) await rebuilt(() => replace('lib/deep/a.ts', text));
    await rebuilt(() => write('lib/deep/a.ts', '4'));
  });

  it('sees files come and go, in new folders too', async () => {
    await rebuilt(() => mkdirSync(join(root, 'lib', 'new')));
    await rebuilt(() => write('lib/new/b.ts', '1'));
    await rebuilt(() => rmSync(join(root, 'lib', 'new', 'b.ts')));
    await rebuilt(() => write('settings.ts', '1'));
    await rebuilt(() => replace('settings.ts', '2'));
  });

  it('sees what is in a folder that took the place of another', async () => {
    await rebuilt(() => {
      rmSync(join(root, 'lib'), { recursive: true });
      mkdirSync(join(root, 'lib', 'deep'), { recursive: true });
      write('lib/deep/a.ts', '2');
    });
    await rebuilt(() => write('lib/deep/a.ts', '3'));
  });

  it('goes on after a rebuild that failed', async () => {
    failing = true;
    await rebuilt(() => write('lib/deep/a.ts', '2'));
    failing = false;
    await rebuilt(() => write('lib/deep/a.ts', '3'));
    expect(failing).toBe(false);
  });
});
