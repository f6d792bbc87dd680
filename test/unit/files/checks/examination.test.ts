import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { bareMetadata } from '../../../../functions/domain/file-metadata.ts';
import { checkDocument } from '../../../../functions/files/checks/check-document.ts';
import { type ExaminationOrder, MOST_CARRIED } from '../../../../functions/files/checks/examination-order.ts';
import { examineFile, examineStored, examineWith } from '../../../../functions/files/checks/examine-file.ts';
import { orderExamination } from '../../../../functions/files/checks/order-examination.ts';
import { takeExaminations } from '../../../../functions/files/checks/take-examinations.ts';
import { readMetadata } from '../../../../functions/files/metadata/read-metadata.ts';
import { pictureProcesses, picturesInProcess } from '../../../../functions/files/pictures/pictures-in-process.ts';
import { readSmallDocument } from '../../../../functions/files/text/read-small-document.ts';
import { examineElsewhere } from '../../../../functions/uploads/examine-elsewhere.ts';
import { unlessGone } from '../../../../functions/uploads/unless-gone.ts';
import { fixture } from '../../../support/fixtures/fixtures.ts';
import { compound } from '../../../support/fixtures/least-files.ts';
import { photo } from '../../../support/fixtures/pictures.ts';

const KEY = 'originals/team/record/version';
const OPTIONS = { language: 'auto', preserveFormatting: false, pages: undefined };

/** The function as it runs, over one object; what it is asked and answers goes through JSON. */
const examiner = (bytes: Uint8Array) => {
  const files = {
    read: async () => Readable.from([Buffer.from(bytes)]),
    readRange: async (_: string, start: number, length: number) => bytes.subarray(start, start + length),
  };
  // A busy machine is no fault of the file.
  const pictures = picturesInProcess({ run: pictureProcesses({ env: {} }), limits: { wallMs: 100_000 } });
  const examine = examineWith({ pictures, documents: checkDocument });
  const take = takeExaminations({
    ...{ files, examine, readDocument: readSmallDocument },
    examineStored: examineStored(files, examine),
    readMetadata: (source, mimeType) => readMetadata(source, mimeType),
  });
  const orders: ExaminationOrder[] = [];
  const ask = async (input: object): Promise<unknown> => {
    const order = JSON.parse(JSON.stringify(input)) as ExaminationOrder;
    orders.push(order);
    return JSON.parse(JSON.stringify(await take(order)));
  };
  return { ...orderExamination({ ask }), orders };
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'examined-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const onDisk = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

const FILES: readonly [string, string, () => Promise<Buffer> | Buffer][] = [
  ['photo.jpg', 'image/jpeg', () => photo(300, 200)],
  ['words.txt', 'text/plain', () => Buffer.from('twelve words')],
  ['old.doc', 'application/msword', () => compound('WordDocument')],
  ['broken.jpg', 'image/jpeg', async () => (await photo(64, 48)).subarray(0, 300)],
  ['no.png', 'image/png', () => Buffer.from('no picture')],
];

describe('a file that another function looks into', () => {
  it.each(FILES)('turns out as it does in this process, sent along or fetched: %s', async (name, mimeType, make) => {
    const bytes = await make();
    const declared = { mimeType, size: bytes.length, sha256: null };
    const { examineBytes, examineStored } = examiner(bytes);
    const expected = await examineFile(onDisk(name, bytes), declared);
    expect(await examineBytes(bytes, declared)).toEqual(expected);
    expect(await examineStored({ key: KEY, size: bytes.length, checksum: undefined }, declared)).toEqual(expected);
  });

  it('says the same of itself as when it is read here', async () => {
    for (const [name, mimeType] of [
      ['previews/sound.mp3', 'audio/mpeg'],
      ['previews/moov-last.mp4', 'video/mp4'],
    ] as const) {
      const bytes = await fixture(name);
      const source = {
        size: bytes.length,
        read: async (from: number, length: number) => bytes.subarray(from, from + length),
      };
      const { readMetadata: read } = examiner(bytes);
      expect(await read({ key: KEY, size: bytes.length }, mimeType)).toEqual(await readMetadata(source, mimeType));
    }
  });

  it('has the same text, or the same reason for none', async () => {
    const text = Buffer.from('The first line.\n\nThe second one.');
    expect(await examiner(text).readText({ key: KEY, size: text.length }, 'text/plain', OPTIONS)).toEqual(
      await readSmallDocument(text, 'text/plain', OPTIONS),
    );
    const broken = Buffer.from('PK\x03\x04');
    await expect(
      examiner(broken).readText({ key: KEY, size: 4 }, 'application/vnd.oasis.opendocument.text', OPTIONS),
    ).rejects.toMatchObject({ name: 'TextError', code: 'DAMAGED' });
  });
});

describe('an answer of the function that looks into files', () => {
  const declared = { mimeType: 'image/jpeg', size: 10, sha256: 'abc' };
  const facts = {
    ...{ checksum: 'abc', size: 10, width: 1, height: 1, orientation: 1, frames: 1 },
    ...{ thumbhash: null, dominantColor: '#ffffff', duration: null },
  };
  const good = { outcome: { outcome: 'ok', facts, renditions: [], large: null }, metadata: null };
  const answered = (answer: unknown) => orderExamination({ ask: async () => answer });
  const bytes = Buffer.alloc(10);

  it('is taken when it is one', async () => {
    expect(await answered(good).examineBytes(bytes, declared)).toMatchObject({ outcome: { facts } });
    expect(await answered(null).examineStored({ key: KEY, size: 10, checksum: undefined }, declared)).toBeUndefined();
  });

  it.each([
    undefined,
    'ok',
    {},
    { ...good, role: 'owner' },
    { ...good, outcome: { ...good.outcome, teamId: 'another' } },
    { ...good, outcome: { ...good.outcome, facts: { ...facts, dominantColor: '"><script>' } } },
    { ...good, outcome: { ...good.outcome, facts: { ...facts, size: 11 } } },
    { ...good, outcome: { ...good.outcome, facts: { ...facts, checksum: 'of another file' } } },
    { ...good, outcome: { ...good.outcome, renditions: [{ name: '../x', width: 1, height: 1, bytes: '' }] } },
    { outcome: { outcome: 'rejected', code: 'SEND_MONEY', message: 'm' }, metadata: null },
    { outcome: { outcome: 'rejected', code: 'UNSUPPORTED', message: 'm'.repeat(301) }, metadata: null },
    { outcome: { outcome: 'rejected', code: 'UNSUPPORTED', message: 'red \x1b[31m' }, metadata: null },
    { outcome: { outcome: 'rejected', code: 'UNSUPPORTED', message: 'sdrawkcab \u202e' }, metadata: null },
  ])('is no other, since a file may have taken over what gives it: %j', async (answer) => {
    await expect(answered(answer).examineBytes(bytes, declared)).rejects.toThrow();
  });

  it('refuses no file for metadata that is none, and keeps none of it', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const object = { key: KEY, size: 10 };
    const long = bareMetadata('x'.repeat(200_000));
    for (const metadata of [{ role: 'owner' }, { ...bareMetadata('image/jpeg'), role: 'owner' }, 7, long]) {
      const examined = await answered({ ...good, metadata }).examineBytes(bytes, declared);
      expect([examined.outcome.outcome, examined.metadata]).toEqual(['ok', undefined]);
      expect(await answered(metadata).readMetadata(object, 'image/jpeg')).toEqual(bareMetadata('image/jpeg'));
    }
    expect(log).toHaveBeenCalledTimes(8);
    log.mockRestore();
  });

  it('is waited for again when too many files are looked into', async () => {
    const ask = async () => {
      throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
    };
    await expect(orderExamination({ ask }).examineBytes(bytes, declared)).rejects.toMatchObject({
      ...{ code: 'BUSY', retryAfter: 2 },
    });
  });
});

describe('an object that cannot be looked into', () => {
  const fails = () => Promise.reject(new Error('Access Denied'));
  const object = { key: KEY, size: 10, checksum: undefined };
  const declared = { mimeType: 'image/jpeg', size: 10 };

  it('is gone where it is gone, and a fault where it is there', async () => {
    expect(await unlessGone({ head: async () => undefined }, fails)(object, declared)).toBeUndefined();
    const head = async () => ({ key: KEY, size: 10, contentType: 'image/jpeg', carries: [], lastModified: new Date() });
    await expect(unlessGone({ head }, fails)(object, declared)).rejects.toThrow('Access Denied');
  });
});

describe('a file of a form', () => {
  /** A bucket that holds what was stored and not removed. */
  const bucket = () => {
    const [stored, log] = [new Map<string, Buffer>(), [] as string[]];
    return {
      stored,
      log,
      store: async ({ key }: { key: string }, body: Readable) => {
        stored.set(key, Buffer.concat(await body.toArray()));
        log.push(`store ${key}`);
      },
      remove: async (key: string) => {
        stored.delete(key);
        log.push(`remove ${key}`);
      },
    };
  };
  const noAnswer = () => Promise.reject(new Error('not asked for'));

  it('goes along with the call when it fits, as JSON that Lambda takes', async () => {
    const bytes = Buffer.alloc(MOST_CARRIED, 'x');
    const declared = { mimeType: 'text/plain', size: bytes.length };
    const { examineBytes, orders } = examiner(bytes);
    const files = bucket();
    const examine = examineElsewhere({ examineBytes, examineStored: noAnswer }, { files, newId: () => 'id' });
    expect(await examine(onDisk('fits', bytes), declared)).toMatchObject({ outcome: { outcome: 'ok' } });
    expect(files.log).toEqual([]);
    expect(JSON.stringify(orders[0]).length).toBeLessThan(6 * 2 ** 20);
  });

  it('goes by way of the bucket when it does not, and is not left there', async () => {
    const path = onDisk('large', Buffer.alloc(MOST_CARRIED + 1, 'x'));
    const declared = { mimeType: 'text/plain', size: MOST_CARRIED + 1 };
    const files = bucket();
    const seen: unknown[] = [];
    const deps = {
      examineBytes: noAnswer,
      examineStored: async ({ key }: { key: string }) => {
        seen.push(files.stored.get(key)?.equals(readFileSync(path)));
        throw new Error('the function failed');
      },
    };
    await expect(examineElsewhere(deps, { files, newId: () => 'id' })(path, declared)).rejects.toThrow('failed');
    expect([seen, files.log]).toEqual([[true], ['store forms/id', 'remove forms/id']]);
    await expect(examineElsewhere(deps)(path, declared)).rejects.toThrow('more than a form of a function has');
  });
});
