import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { routes } from '../../../functions/dialects/route-table.ts';

describe('controls of the dashboard', () => {
  const files = readdirSync('web', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `web/${name}`);
  const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
  const importersOf = (file: string): readonly string[] =>
    files.filter((other) =>
      [...(texts.get(other) ?? '').matchAll(/['"](\.{1,2}\/[^'"\n]*)['"]/g)].some(
        ([, path = '']) => normalize(join(dirname(other), path)) === file,
      ),
    );
  /** A file, and those that show what it has. */
  const shownBy = (file: string): readonly string[] => [file, ...importersOf(file)];
  const calls = files.flatMap((file) =>
    [...(texts.get(file) ?? '').matchAll(/call\(\s*['`]([A-Z]+ \/[^'`]+)['`]/g)].flatMap(([, name = '']) =>
      routes
        .filter(({ method, path, dialect }) => {
          const pattern = name
            .replace(/[.*+?^()|[\]\\]/g, '\\$&')
            .replace(/\$\{\w+\}/g, '\\w+')
            .replace(/\{(?!\w*\\)/g, '\\{');
          return dialect === 'v1' && new RegExp(`^${pattern}$`).test(`${method} ${path}`);
        })
        .map((route) => [`${route.method} ${route.path}`, file, route] as const),
    ),
  );

  it('are found with the routes that they call', () => expect(calls.length).toBeGreaterThan(40));

  it.each(calls.filter(([, , { access }]) => access.startsWith('media:') && access !== 'media:read'))(
    'offer %s to those whose role has its scope (%s)',
    (_, file, { access, alsoFor }) => {
      const asked = shownBy(file).map((each) => texts.get(each) ?? '');
      expect(asked.some((text) => [access, alsoFor].some((scope) => text.includes(`may('${scope}')`)))).toBe(true);
    },
  );

  it.each(calls.filter(([, , { operation }]) => ['manage-api-keys', 'manage-webhooks'].includes(operation)))(
    'offer %s to those who manage the team (%s)',
    (_, file) => expect(shownBy(file).some((each) => (texts.get(each) ?? '').includes('<ManagersOnly'))).toBe(true),
  );
});
