import { request } from 'node:http';
import type { Ready } from './runtime.ts';

/** Posts JSON from another address of loopback, as a client on another host would. Answers the status. */
export const postFrom = (
  ready: Pick<Ready, 'http'>,
  localAddress: string,
  path: string,
  json: unknown,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(`${ready.http}${path}`, { method: 'POST', localAddress, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject).end(JSON.stringify(json));
  });
