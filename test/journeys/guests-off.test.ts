import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, client } from '../support/drivers/client.ts';
import { operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

let runtime: Runtime;
let anonymous: Client;
beforeAll(async () => {
  runtime = await startRuntime(['--memory', '-c', 'guests.enabled=false']);
  anonymous = client(runtime.ready, {});
});
afterAll(() => runtime?.stop());

describe('a deployment without guests', () => {
  it('says so to a caller who asks to be one, in the words of each API, and makes nothing', async () => {
    const before = await operator(runtime.ready).items();
    const files = await anonymous.call('POST', '/llm/auth/guest-login');
    expect([files.status, files.body]).toEqual([403, { detail: 'Guests are not admitted here' }]);
    const v1 = await anonymous.call('POST', '/api/v1/auth/guest', { json: {} });
    expect([v1.status, v1.body.error, v1.headers.getSetCookie()]).toEqual([403, 'Guests are not admitted here', []]);
    const people = (items: readonly { pk?: unknown }[]) => items.filter(({ pk }) => String(pk).startsWith('USER#'));
    expect(people(await operator(runtime.ready).items())).toEqual(people(before));
  });
});
