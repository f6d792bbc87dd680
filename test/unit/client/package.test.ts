import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { bundleForBrowser } from '../../../bin/packages/client.ts';
import { clientTypes } from '../../../scripts/client-types.ts';

const MOST_BYTES = 12 * 1024;

describe('the package of the client', () => {
  it('has the types of the routes as they are: `npm run generate` brings them in step', async () => {
    expect(await readFile('client/api-types.ts', 'utf8')).toBe(clientTypes());
  });

  it('depends on nothing, and takes 12 KB at most on its way to a page, its worker included', async () => {
    const { dependencies } = JSON.parse(await readFile('client/package.json', 'utf8'));
    expect(dependencies).toBeUndefined();
    const folder = await mkdtemp(join(tmpdir(), 'client-'));
    await bundleForBrowser(folder);
    const sizes = await Promise.all(
      ['browser.js', 'hash-worker.js'].map(async (name) => gzipSync(await readFile(join(folder, name))).length),
    );
    await rm(folder, { recursive: true });
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_BYTES);
  });
});
