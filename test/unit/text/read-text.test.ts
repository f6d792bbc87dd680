import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type ReadTextDeps, readText } from '../../../functions/text/read-text.ts';
import { aRecord } from '../../support/drivers/library.ts';

afterEach(() => void jest.restoreAllMocks());

describe('a text that a fault of ours keeps from being read', () => {
  it('is tried once more, and is then done with, so that nothing waits for it', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const record = aRecord({ fileVersion: 'v', fileSize: 5 });
    let attempts = 0;
    const failures: unknown[] = [];
    const read = readText({
      media: { get: async () => record },
      texts: {
        attempt: async () => {
          attempts += 1;
          return attempts;
        },
        fail: async (_, code) => void failures.push(code),
        noteSoFar: async () => {},
      },
      results: {
        read: async () => undefined,
        original: async () => Readable.from(['hello']),
      } as unknown as ReadTextDeps['results'],
      readFile: () => Promise.reject(new Error('the storage is down')),
      languages: ['en'],
      clock: () => new Date(),
    } as ReadTextDeps);
    const options = { language: 'auto', preserveFormatting: false, pages: undefined };
    const order = { mediaId: record.id, fileVersion: 'v', options };
    await expect(read(order)).rejects.toThrow('the storage is down');
    expect(failures).toEqual([]);
    await expect(read(order)).resolves.toBeUndefined();
    expect(failures).toEqual(['UNREADABLE']);
  });
});
