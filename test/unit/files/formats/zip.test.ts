import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEntry, readZip, ZipError } from '../../../../functions/files/formats/zip.ts';
import { overlapping, zip } from '../../../support/fixtures/zip.ts';

const MIB = 2 ** 20;
const faultOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof ZipError) return error.fault;
    throw error;
  }
  return 'none';
};

describe('an archive', () => {
  it('is read by its directory, stored or deflated', async () => {
    const bytes = zip([
      { name: 'a.txt', data: 'hello' },
      { name: 'dir/ü.txt', data: 'x'.repeat(1000), deflate: true },
    ]);
    const entries = readZip(bytes);
    expect(entries.map(({ name, size }) => [name, size])).toEqual([
      ['a.txt', 5],
      ['dir/ü.txt', 1000],
    ]);
    const texts = await Promise.all(entries.map((entry) => readEntry(bytes, entry, MIB)));
    expect(texts.map(String)).toEqual(['hello', 'x'.repeat(1000)]);
  });

  it('may have a comment', () => {
    const bytes = Buffer.concat([zip({ a: 'b' }), Buffer.from('a comment')]);
    bytes.writeUInt16LE(9, bytes.length - 11);
    expect(readZip(bytes)).toHaveLength(1);
  });

  it('is damaged wherever it ends early', () => {
    const bytes = zip({ 'a.txt': 'hello', 'b.txt': 'world' });
    for (let length = 0; length < bytes.length; length += 1) {
      expect(faultOf(() => readZip(bytes.subarray(0, length)))).toBe('damaged');
    }
  });

  it('is refused when entries share their bytes', () => {
    expect(faultOf(() => readZip(overlapping(1)))).toBe('none');
    expect(faultOf(() => readZip(overlapping(2)))).toBe('limit');
  });

  it('is refused with more than 10,000 entries', () => {
    const parts = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `${index}`, data: '' }));
    expect(readZip(zip(parts(10_000)))).toHaveLength(10_000);
    expect(faultOf(() => readZip(zip(parts(10_001))))).toBe('limit');
  });

  it('answers or throws a fault, whatever its bytes are', async () => {
    const bytes = zip([
      { name: 'a.txt', data: 'hello' },
      { name: 'b.txt', data: 'x'.repeat(500), deflate: true },
    ]);
    const edits = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const changed = Buffer.from(bytes);
        for (const [at, value] of changes) changed[at] = value;
        try {
          for (const entry of readZip(changed)) await readEntry(changed, entry, MIB);
        } catch (error) {
          expect(error).toBeInstanceOf(ZipError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('an entry', () => {
  const only = async (part: Parameters<typeof zip>[0], most = MIB) => {
    const bytes = zip(part);
    const [entry] = readZip(bytes);
    if (!entry) throw new Error('no entry');
    return readEntry(bytes, entry, most);
  };

  it.each([
    ['is larger than it claims', { data: Buffer.alloc(4 * MIB), deflate: true, claim: 100 }, 'limit'],
    ['is larger than may be read', { data: Buffer.alloc(2 * MIB), deflate: true }, 'limit'],
    ['has another checksum', { data: 'hello', crc: 1 }, 'damaged'],
    ['is shorter than it claims', { data: 'hello', deflate: true, claim: 6 }, 'damaged'],
    ['is encrypted', { data: 'hello', encrypted: true }, 'damaged'],
  ])('that %s is refused', async (_, part, fault) => {
    await expect(only([{ name: 'a', ...part }])).rejects.toMatchObject({ name: 'ZipError', fault });
  });
});
