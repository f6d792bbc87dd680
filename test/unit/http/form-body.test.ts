import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { formOf } from '../../../functions/http/form-body.ts';
import { FORM_LIMIT } from '../../../functions/http/form-event.ts';
import { httpEvent } from '../../support/drivers/http-event.ts';

const headers = { 'content-type': 'multipart/form-data; boundary=edge' };
const form = '--edge\r\ncontent-disposition: form-data; name="title"\r\n\r\nHarbour\r\n--edge--\r\n';

const partsOf = async (event: Parameters<typeof formOf>[0]) => {
  const names: string[] = [];
  for await (const part of formOf(event)) names.push(part.name);
  return names;
};

describe('a form', () => {
  it('that came to a function is refused beyond what an event holds, with the way that takes it', () => {
    const event = httpEvent({ routeKey: 'POST /upload', headers, body: 'a'.repeat(FORM_LIMIT + 1) });
    expect(() => formOf(event)).toThrow(
      expect.objectContaining({
        code: 'TOO_LARGE',
        fields: [expect.objectContaining({ message: expect.stringContaining('POST /api/v1/uploads') })],
      }),
    );
  });

  it('is read from the event, or from the stream beside it', async () => {
    const event = httpEvent({ routeKey: 'POST /upload', headers, body: form });
    expect(await partsOf(event)).toEqual(['title']);
    const { body: _, ...bare } = event;
    expect(await partsOf({ ...bare, stream: Readable.from([Buffer.from(form)]) })).toEqual(['title']);
  });

  it('that breaks off fails, though a reader waits for the rest of a file', async () => {
    const stream = new Readable({ read() {} });
    stream.push('--edge\r\ncontent-disposition: form-data; name="files"; filename="a"\r\n\r\nabc');
    const event = { ...httpEvent({ routeKey: 'POST /upload', headers }), stream };
    const reading = (async () => {
      for await (const part of formOf(event)) {
        if (part.kind !== 'file') continue;
        setImmediate(() => stream.destroy(new Error('aborted')));
        for await (const _ of part.body);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'VALIDATION' });
  });
});
