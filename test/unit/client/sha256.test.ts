import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Sha256 } from '../../../client/sha256.ts';

const hex = (hash: Sha256): string => Buffer.from(hash.digest()).toString('hex');
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

describe('SHA-256 piece by piece', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('is that of the standard: %.20s', (words, digest) => {
    expect(hex(new Sha256().update(text(words)))).toBe(digest);
  });

  it('is that of Node, however the bytes are cut', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, (chunks) => {
        const hash = new Sha256();
        for (const chunk of chunks) hash.update(chunk);
        expect(hash.base64()).toBe(createHash('sha256').update(Buffer.concat(chunks)).digest('base64'));
      }),
    );
  });
});
