// WEBHOOK_SECRET=whsec_... PORT=4000 node receiver.js
// Prints each event once. The signature is that of https://www.standardwebhooks.com.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const SECRET = Buffer.from((process.env.WEBHOOK_SECRET ?? '').replace(/^whsec_/, ''), 'base64');
const OLDEST_SECONDS = 300;
const seen = new Set();

const isSigned = (headers, body) => {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures = '' } = headers;
  if (!(Math.abs(Date.now() / 1000 - Number(time)) < OLDEST_SECONDS)) return false;
  const expected = createHmac('sha256', SECRET).update(`${id}.${time}.${body}`).digest();
  return signatures.split(' ').some((each) => {
    const given = Buffer.from(each.replace(/^v1,/, ''), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
};

createServer(async (request, response) => {
  const body = await text(request);
  if (!isSigned(request.headers, body)) return response.writeHead(401).end();
  // An event may come more than once: keep the ids where your data is.
  if (!seen.has(request.headers['webhook-id'])) {
    seen.add(request.headers['webhook-id']);
    console.log(body);
  }
  return response.writeHead(204).end();
}).listen(Number(process.env.PORT ?? 4000), '127.0.0.1');
