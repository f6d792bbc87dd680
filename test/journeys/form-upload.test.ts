import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { libraryHolds } from '../support/checks/library-check.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { photo, transparentPng } from '../support/fixtures/pictures.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
});
afterAll(() => runtime?.stop());

interface Part {
  readonly name: string;
  readonly type?: string;
  readonly bytes: Uint8Array | string;
  readonly field?: string;
}

const formOf = (parts: readonly Part[]): FormData => {
  const form = new FormData();
  for (const { field = 'files', name, type = '', bytes } of parts) {
    form.append(field, new File([bytes as Uint8Array<ArrayBuffer>], name, { type }));
  }
  return form;
};
const send = async (body: FormData | string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${runtime.ready.http}/api/v1/media/upload`, {
    method: 'POST',
    headers: { authorization: `Bearer ${runtime.ready.apiKey}`, ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
};
const upload = (...parts: Part[]) => send(formOf(parts));

/** What the library holds, counters and promises included, but for the log of events and the counters of calls. */
const library = async () => ({
  items: (await ops.items()).filter(({ pk }) => /^(MEDIA|COUNT)#/.test(String(pk))),
  keys: await ops.keys(),
});
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

/** A record without the addresses of its renditions: an edge signs those of records that are read. */
const withoutAddresses = <Each extends { renditions: Record<string, { url: string }> }>(record: Each) => ({
  ...record,
  renditions: Object.fromEntries(Object.entries(record.renditions).map(([name, { url: _, ...rest }]) => [name, rest])),
});

describe('an upload by form', () => {
  it('answers verified records as the reference shows, with dimensions and renditions', async () => {
    const [first, second] = [await photo(800, 600, { orientation: 6, gps: true }), await transparentPng(40, 20)];
    const answer = await upload(
      { name: 'Sommer.jpg', type: 'image/jpeg', bytes: first },
      { name: 'icon é 雪.png', type: 'image/png', bytes: second },
    );
    expect(answer.status).toBe(200);
    const { data } = answer.body;
    expect(Object.keys(data)).toEqual(['message', 'urls', 'media', 'count', 'storage']);
    expect(data).toMatchObject({ message: 'Files uploaded successfully', count: 2, storage: 's3' });
    expect(data.urls).toEqual(data.media.map(({ url }: { url: string }) => url));
    expect(data.media).toMatchObject([
      {
        filename: 'Sommer.jpg',
        fileSize: first.length,
        mimeType: 'image/jpeg',
        width: 600,
        height: 800,
        status: 'active',
      },
      { filename: 'icon é 雪.png', fileSize: second.length, mimeType: 'image/png', width: 40, height: 20, title: null },
    ]);
    expect(data.media[0].checksum).toBe(sha256(first));
    const stored = (await api.call('GET', `/api/v1/media/${data.media[0].id}`)).body.data;
    expect(withoutAddresses(stored)).toEqual(withoutAddresses(data.media[0]));
    expect((await fetch(stored.renditions.small.url)).status).toBe(200);
    const file = await fetch(data.urls[1]);
    expect(sha256(new Uint8Array(await file.arrayBuffer()))).toBe(sha256(second));
    const small = await fetch(data.media[0].renditions.small.url);
    expect(small.headers.get('content-type')).toBe('image/webp');
  });

  it('counts each file once, though S3 tells of each as well', async () => {
    const before = (await api.call('GET', '/api/v1/usage')).body.data;
    await upload(
      { name: 'a.txt', type: 'text/plain', bytes: 'aaaa' },
      { name: 'b.txt', type: 'text/plain', bytes: 'bb' },
    );
    const keys = await ops.keys('originals/');
    for (const key of keys) {
      const event = { Records: [{ s3: { object: { key } } }] };
      await ops.send(runtime.ready.outputs.ProcessingQueueUrl, event);
    }
    // A presigned upload behind them in the queue: once it is through, so are they.
    await api.upload({ name: 'last.txt', type: 'text/plain', bytes: Buffer.from('l') });
    const after = (await api.call('GET', '/api/v1/usage')).body.data;
    expect(after).toMatchObject({ bytes: before.bytes + 7, reservedBytes: 0 });
    expect(after.counts.all).toBe(before.counts.all + 3);
    await libraryHolds(ops);
  });

  it('tells the type from the bytes when the client did not', async () => {
    const { body } = await upload(
      { name: 'photo', bytes: await photo(60, 40) },
      { name: 'data.csv', type: 'application/octet-stream', bytes: 'a,b\n1,2\n' },
      { name: 'notes', bytes: 'plain words' },
    );
    expect(body.data.media.map(({ mimeType }: { mimeType: string }) => mimeType)).toEqual([
      'image/jpeg',
      'text/csv',
      'text/plain',
    ]);
  });

  it('takes other names of a type, upper case and parameters for the type that they mean', async () => {
    const csv = 'a,b\n1,2\n';
    const { body } = await upload(
      { name: 'a.jpg', type: 'image/jpg', bytes: await photo(61, 40) },
      { name: 'b.csv', type: 'application/vnd.ms-excel', bytes: csv },
      { name: 'c.csv', type: 'TEXT/CSV; charset=utf-8', bytes: `${csv}3,4\n` },
    );
    expect(body.data.media.map(({ mimeType }: { mimeType: string }) => mimeType)).toEqual([
      'image/jpeg',
      'text/csv',
      'text/csv',
    ]);
  });

  it.each([
    ['setup.exe', 'words'],
    ['script.hta', '<b>words</b>'],
    ['query.sql', 'select 1'],
  ])('refuses text without a type that is named %s', async (name, bytes) => {
    const answer = await upload({ name, type: 'application/octet-stream', bytes });
    expect(answer.status).toBe(415);
    expect(answer.body.error).toMatch(
      new RegExp(`^Files named .${name.split('.')[1]} are not accepted, but jpg, .*txt`),
    );
  });

  it('judges a file without a type by the type of its ending', async () => {
    const answer = await upload({ name: 'paper.pdf', type: 'application/octet-stream', bytes: 'no paper at all' });
    expect(answer.status).toBe(400);
    expect(answer.body.details.errors).toMatchObject([{ code: 'CONTENT_MISMATCH', path: ['files', 0] }]);
  });

  it('leaves out empty files', async () => {
    const { body } = await upload(
      { name: 'empty.txt', type: 'text/plain', bytes: '' },
      { name: 'full.txt', type: 'text/plain', bytes: 'full' },
    );
    expect(body.data).toMatchObject({ count: 1, media: [{ filename: 'full.txt' }] });
  });

  it('happens once for an Idempotency-Key, whatever boundary the form is sent with again', async () => {
    const form = () => formOf([{ name: 'once.txt', type: 'text/plain', bytes: 'once' }]);
    const [first, second] = [
      await send(form(), { 'idempotency-key': 'form' }),
      await send(form(), { 'idempotency-key': 'form' }),
    ];
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });
});

describe('a form that is refused', () => {
  const text = { name: 'good.txt', type: 'text/plain', bytes: 'good' };

  it.each<[string, number, Part[], unknown]>([
    ['holds no file', 400, [], 'NO_FILES'],
    ['holds empty files alone', 400, [{ ...text, bytes: '' }], 'NO_FILES'],
    ['has its file in another field', 400, [{ ...text, field: 'file' }], 'NO_FILES'],
    ['sets what it may not', 400, [text, { ...text, field: 'teamId' }], 'UNKNOWN_FIELD'],
    [
      'holds a type that is not accepted',
      415,
      [text, { name: 'a.svg', type: 'image/svg+xml', bytes: '<svg/>' }],
      'TYPE_NOT_ALLOWED',
    ],
    [
      'holds an unknown type behind no declaration',
      415,
      [{ name: 'a', bytes: Buffer.from('1f8b0800000000000003', 'hex') }],
      'TYPE_NOT_ALLOWED',
    ],
    [
      'holds a page that calls itself a picture',
      400,
      [text, { name: 'a.png', type: 'image/png', bytes: '<html></html>' }],
      'FILE_REFUSED',
    ],
    [
      'holds a page that calls itself nothing',
      400,
      [{ name: 'a', bytes: '<html><script>1</script></html>' }],
      'FILE_REFUSED',
    ],
    ['names a file deceptively', 400, [{ ...text, name: 'a\u202egpj.exe' }], 'VALIDATION'],
  ])('because it %s leaves nothing behind', async (_, status, parts, code) => {
    const before = await library();
    const answer = await upload(...parts);
    expect([answer.status, answer.body.success, answer.body.details.code]).toEqual([status, false, code]);
    if (code === 'NO_FILES') {
      expect(answer.body.error).toContain("No files uploaded: send them in the field 'files'");
      expect(answer.body.details.errors).toMatchObject([{ path: ['files'] }]);
    }
    expect(await library()).toEqual(before);
  });

  it('names every file that did not pass, by its place', async () => {
    const cut = (await photo(400, 300)).subarray(0, 5000);
    const { body } = await upload({ name: 'broken.jpg', type: 'image/jpeg', bytes: cut }, text, {
      name: 'page.png',
      type: 'image/png',
      bytes: '<html></html>',
    });
    expect(body.details.errors).toMatchObject([
      { code: 'DECODE_ERROR', path: ['files', 0], message: expect.any(String) },
      { code: 'CONTENT_MISMATCH', path: ['files', 2], message: expect.any(String) },
    ]);
  });

  it.each([
    ['{"files":[]}', 'application/json'],
    ['', 'multipart/form-data'],
    ['nonsense', 'multipart/form-data; boundary=x'],
    [
      '--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\ncut',
      'multipart/form-data; boundary=x',
    ],
    [`--x\r\n${'a: b\r\n'.repeat(5000)}\r\n--x--\r\n`, 'multipart/form-data; boundary=x'],
  ])('as %j of type %s is a 400', async (body, type) => {
    const answer = await send(body.slice(0, 40_000), { 'content-type': type });
    expect([answer.status, answer.body.success]).toEqual([400, false]);
  });

  it('has at most a hundred files', async () => {
    const parts = Array.from({ length: 101 }, (_, index) => ({ name: `${index}.txt`, type: 'text/plain', bytes: 'x' }));
    expect((await upload(...parts)).status).toBe(400);
  });
});
