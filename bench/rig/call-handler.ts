/**
 * Calls a handler one request after the other: `call-handler.ts INDEX EVENT WARM COUNT`, with the event as JSON. Sends its
 * parent the microseconds of processor time a request, since waiting for DynamoDB costs none.
 */
import { strict as assert } from 'node:assert';

type Handler = (event: unknown, context: object) => Promise<{ statusCode: number; body: string }>;

const [index = '', event = '', warm = '0', count = '1'] = process.argv.slice(2);
const { handler } = (await import(index)) as { handler: Handler };

const call = async (times: number): Promise<void> => {
  // A handler may keep its event, so each request has a separate one, made before the clock starts.
  const events: unknown[] = Array.from({ length: times }, () => JSON.parse(event));
  const before = process.cpuUsage();
  for (const each of events) {
    const { statusCode, body } = await handler(each, {});
    assert.equal(statusCode, 200, body);
  }
  const { user, system } = process.cpuUsage(before);
  microseconds = (user + system) / times;
};

let microseconds = 0;
await call(Number(warm));
await call(Number(count));
process.send?.(microseconds, () => process.exit());
