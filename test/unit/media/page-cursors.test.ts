import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { signingKey } from '../../../functions/accounts/signing-keys.ts';
import { signedCursors } from '../../../functions/media/page-cursors.ts';

const [current, previous] = [signingKey('current'), signingKey('previous')];
const cursors = signedCursors(async () => [current, previous]);
const refusal = { code: 'VALIDATION', fields: [{ path: ['cursor'] }] };

describe('a cursor', () => {
  it('restores any position for the query that made it, and for no other', async () => {
    const binding = fc.tuple(
      fc.constantFrom('team', 'other'),
      fc.constantFrom(null, 'image'),
      fc.constantFrom('asc', 'desc'),
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 240 }), binding, binding, async (after, one, other) => {
        const cursor = await cursors.seal(after, one);
        expect(cursor).toMatch(/^[\w.-]+$/);
        expect(await cursors.open(cursor, one)).toBe(after);
        if (JSON.stringify(one) !== JSON.stringify(other))
          await expect(cursors.open(cursor, other)).rejects.toMatchObject(refusal);
      }),
    );
  });

  it('is refused when a single character of it is another', async () => {
    const cursor = await cursors.seal('2026-01-01T00:00:00.000Z#id', ['team']);
    await fc.assert(
      fc.asyncProperty(fc.nat(cursor.length - 1), fc.constantFrom(...'AZaz09-_.'), async (at, character) => {
        if (cursor[at] === character) return;
        const changed = cursor.slice(0, at) + character + cursor.slice(at + 1);
        // The last digit of a base64 text carries bits that say nothing.
        if (
          at === cursor.length - 1 &&
          Buffer.from(changed.split('.')[1] ?? '', 'base64url').equals(
            Buffer.from(cursor.split('.')[1] ?? '', 'base64url'),
          )
        )
          return;
        await expect(cursors.open(changed, ['team'])).rejects.toMatchObject(refusal);
      }),
    );
  });

  it('is refused when it is no cursor at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        await expect(cursors.open(text, ['team'])).rejects.toMatchObject(refusal);
      }),
    );
  });

  it('outlives one rotation of the key', async () => {
    const old = await signedCursors(async () => [previous]).seal('here', []);
    expect(await cursors.open(old, [])).toBe('here');
    await expect(signedCursors(async () => [current]).open(old, [])).rejects.toMatchObject(refusal);
  });
});
