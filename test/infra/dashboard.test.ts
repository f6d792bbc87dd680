import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { builtDashboard } from '../../lib/dashboard.ts';
import { ROOT } from './synthesized.ts';

const KB = 1000;

describe('the built dashboard', () => {
  let folder: string;
  let first: readonly string[];
  const packed = (name: string): Buffer => readFileSync(join(folder, `${name}.gz`));
  const names = (): readonly string[] => readdirSync(folder).map((name) => name.replace(/\.gz$/, ''));

  beforeAll(async () => {
    folder = await builtDashboard(ROOT);
    const html = gunzipSync(packed('index.html')).toString();
    first = [...html.matchAll(/\/app\/assets\/([^"]+\.(?:js|css))"/g)].map(([, name = '']) => name);
  }, 120_000);

  it('is that for production, though this program says that it is a test', () => {
    // Its script and its styles.
    expect(first.length).toBeGreaterThanOrEqual(2);
    for (const name of names().filter((each) => each.endsWith('.js'))) {
      expect(gunzipSync(packed(name)).toString()).not.toContain('Download the React DevTools');
    }
  });

  it('loads at most 120 KB for visitors of a share link, and nothing of the library', () => {
    const html = gunzipSync(packed('shared.html')).toString();
    const files = [...html.matchAll(/\/app\/assets\/([^"]+\.(?:js|css))"/g)].map(([, name = '']) => name);
    expect(files.length).toBeGreaterThan(1);
    expect(files.map((name) => packed(name).length).reduce((sum, length) => sum + length, 0)).toBeLessThan(120 * KB);
    for (const name of files) expect(gunzipSync(packed(name)).toString()).not.toContain('/api/v1/uploads');
  });

  it('loads at most 220 KB before the library shows, and at most 120 KB at once later', () => {
    const bytes = first.map((name) => packed(name).length).reduce((sum, length) => sum + length, 0);
    expect(bytes).toBeLessThanOrEqual(220 * KB);
    const later = names().filter((name) => name.endsWith('.js') && !first.includes(name));
    expect(later.length).toBeGreaterThan(5);
    for (const name of later) expect([name, packed(name).length <= 120 * KB]).toEqual([name, true]);
  });
});
