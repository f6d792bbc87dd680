import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { client } from './client.ts';

/**
 * Sends the parts of an upload that S3 does not hold yet, one after the other, and prints a line for each that is stored:
 * `node send-parts.ts API KEY UPLOAD FILE`. A process of its own, so that it can be killed; it holds no part in memory.
 */
const [http = '', apiKey = '', id = '', path = ''] = process.argv.slice(2);
const api = client({ http, apiKey });
const { body } = await api.call('GET', `/api/v1/uploads/${id}`);
const { multipart, parts } = body.data;
const held = new Set(parts.map(({ partNumber }: { partNumber: number }) => partNumber));
const { size } = await stat(path);

const statusOf = (sent: ClientRequest): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (answer) => answer.resume().once('end', () => resolve(answer.statusCode)));
  });

for (let partNumber = 1; partNumber <= multipart.partCount; partNumber += 1) {
  if (held.has(partNumber)) continue;
  const start = (partNumber - 1) * multipart.partSize;
  const end = Math.min(start + multipart.partSize, size) - 1;
  const signed = await api.call('POST', `/api/v1/uploads/${id}/parts`, { json: { partNumbers: [partNumber] } });
  const [{ url, headers }] = signed.body.data.parts;
  const put = request(url, { method: 'PUT', headers: { ...headers, 'content-length': end - start + 1 } });
  const [status] = await Promise.all([statusOf(put), pipeline(createReadStream(path, { start, end }), put)]);
  if (status !== 200) throw new Error(`part ${partNumber} was answered ${status}`);
  process.stdout.write(`${JSON.stringify({ part: partNumber, memory: process.memoryUsage.rss() })}\n`);
}
