import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { libraryHolds } from '../support/checks/library-check.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { listen, type ReceivedEvent } from '../support/drivers/events.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { html, truncated } from '../support/fixtures/hostile-files.ts';
import { distinct, photo } from '../support/fixtures/pictures.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
let picture: Buffer;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
  picture = await photo(320, 240);
});
afterAll(() => runtime?.stop());

const about = (mediaId: string) => (event: ReceivedEvent) =>
  event.data?.id === mediaId || event.data?.mediaId === mediaId;

describe('a listener of the team', () => {
  it('hears each change once, in order, with the record as the API shows it', async () => {
    const ear = await listen(runtime.ready);
    const { mediaId } = await api.upload({ name: 'a.jpg', type: 'image/jpeg', bytes: distinct(picture, 'ear') });
    const record = (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
    await api.call('PATCH', `/api/v1/media/${mediaId}`, { json: { title: 'New' } });
    await api.call('DELETE', `/api/v1/media/${mediaId}`);
    const heard = (await ear.until((events) => events.filter(about(mediaId)).length === 3)).filter(about(mediaId));
    expect(heard.map(({ event }) => event)).toEqual(['media.created', 'media.updated', 'media.deleted']);
    expect(heard[0]).toEqual({
      type: 'event',
      channel: 'media',
      seq: expect.any(Number),
      event: 'media.created',
      data: record,
      at: record.createdAt,
    });
    const [first = 0] = heard.map(({ seq }) => seq);
    expect(heard.map(({ seq }) => seq)).toEqual([first, first + 1, first + 2]);
    ear.close();
  });

  it('hears of uploads that were refused', async () => {
    const ear = await listen(runtime.ready);
    const rejected = await api.upload({ name: 'x.png', type: 'image/png', bytes: html });
    const failed = await api.upload({ name: 'y.jpg', type: 'image/jpeg', bytes: truncated(picture) });
    const heard = await ear.until((events) => events.filter(({ event }) => event === 'upload.failed').length === 2);
    const codes = heard
      .filter(({ event }) => event === 'upload.failed')
      .map(({ channel, data }) => [channel, data.id, data.status, data.code]);
    expect(codes).toEqual([
      ['uploads', rejected.id, 'rejected', 'CONTENT_MISMATCH'],
      ['uploads', failed.id, 'failed', 'DECODE_ERROR'],
    ]);
    ear.close();
  });

  it('is refused without a credential', async () => {
    for (const headers of [{}, { authorization: 'Bearer sk_live_nobody' }, { authorization: 'Bearer a.b.c' }] as Record<
      string,
      string
    >[]) {
      await expect(listen(runtime.ready, headers)).rejects.toThrow('401');
    }
  });

  it('may come with a one-time ticket, once', async () => {
    const { body } = await api.call('POST', '/api/v1/realtime/tickets', { json: {} });
    const address = { ...runtime.ready, ws: `${runtime.ready.ws}?ticket=${body.data.ticket}` };
    const ear = await listen(address, {});
    ear.socket.send(JSON.stringify({ action: 'ping', id: '7' }));
    expect(await ear.until((events) => events.length > 0)).toEqual([{ type: 'pong', id: '7' }]);
    await expect(listen(address, {})).rejects.toThrow('401');
    ear.close();
  });

  it('may come with an access token as a subprotocol, as browsers have to', async () => {
    const { email, password, ws } = runtime.ready;
    const login = await client(runtime.ready, {}).call('POST', '/api/v1/auth/login', { json: { email, password } });
    const socket = new WebSocket(ws, ['mediashelf', `bearer.${login.body.data.accessToken}`]);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    expect(socket.protocol).toBe('mediashelf');
    socket.close();
  });

  it('stays connected whatever it sends', async () => {
    const ear = await listen(runtime.ready);
    for (const message of [
      '{',
      '[]',
      '{"action":"constructor"}',
      '{"action":"subscribe","channel":"*"}',
      '{"__proto__":{}}',
    ]) {
      ear.socket.send(message);
    }
    const answers = await ear.until((events) => events.length === 5);
    expect(answers.every(({ type }) => type === 'error')).toBe(true);
    expect(ear.socket.readyState).toBe(WebSocket.OPEN);
    ear.close();
  });
});

describe('notifications delivered ten times, shuffled', () => {
  it('give one record, one count and one event', async () => {
    const ear = await listen(runtime.ready);
    const { ProcessingQueueUrl } = runtime.ready.outputs;
    const files = Array.from({ length: 4 }, (_, index) => distinct(picture, `ten ${index}`));
    const tickets = await Promise.all(
      files.map(async (bytes) => {
        const { body } = await api.announce({ name: 'ten.jpg', type: 'image/jpeg', bytes });
        expect((await api.put(body.data.request, bytes)).status).toBe(200);
        return body.data as { id: string; mediaId: string };
      }),
    );
    const keys = (await ops.keys('originals/')).filter((key) => tickets.some(({ id }) => key.endsWith(id)));
    const notices = keys
      .flatMap((key) =>
        Array.from({ length: 10 }, () => ({ Records: [{ eventName: 'ObjectCreated:Put', s3: { object: { key } } }] })),
      )
      .sort(() => Math.random() - 0.5);
    await Promise.all(notices.map((notice) => ops.send(ProcessingQueueUrl, notice)));
    for (const { id } of tickets) expect((await api.outcome(id)).status).toBe('active');
    await ear.until((events) => tickets.every(({ mediaId }) => events.some(about(mediaId))));
    await pause(1500);
    for (const { mediaId } of tickets) {
      expect(ear.received.filter(about(mediaId)).map(({ event }) => event)).toEqual(['media.created']);
    }
    await libraryHolds(ops);
    ear.close();
  });
});

describe('an original that is removed from the bucket', () => {
  it('takes its record to the trash', async () => {
    const { id, mediaId } = await api.upload({
      name: 'gone.jpg',
      type: 'image/jpeg',
      bytes: distinct(picture, 'gone'),
    });
    const [key = ''] = (await ops.keys('originals/')).filter((candidate) => candidate.endsWith(id));
    await ops.remove(key);
    for (
      const deadline = Date.now() + 15_000;
      (await api.call('GET', `/api/v1/media/${mediaId}`)).status !== 404;
      await pause(50)
    ) {
      if (Date.now() > deadline) throw new Error('the record is still active');
    }
    const [record] = (await ops.items()).filter(({ pk, sk }) => pk === `MEDIA#${mediaId}` && sk === 'MEDIA');
    expect(record?.state).toBe('deleted');
  });
});

describe('the sweep', () => {
  it('changes nothing when nothing is due', async () => {
    const { SweepFunctionName } = runtime.ready.outputs;
    await ops.invoke(SweepFunctionName);
    const before = await ops.library();
    const swept = await ops.invoke(SweepFunctionName);
    expect(swept).toEqual({
      enqueued: 0,
      expired: 0,
      givenUp: 0,
      notPermitted: 0,
      settled: 0,
      purged: 0,
      versions: 0,
      guests: 0,
      orphans: 0,
    });
    expect(await ops.library()).toEqual(before);
  });
});
