import type { Action, Request } from '../functions/realtime/protocol.ts';

/** One message of each action, for the documentation and for the tests of messages. */
export const EXAMPLES: { readonly [A in Action]: Request<A> } = {
  ping: { action: 'ping', id: '1' },
  subscribe: { action: 'subscribe', id: '2', channel: 'reviews' },
  unsubscribe: { action: 'unsubscribe', id: '3', channel: 'reviews' },
  resume: { action: 'resume', id: '4', channel: 'media', since: 41 },
  publish: { action: 'publish', id: '5', channel: 'reviews', data: { mediaId: 'a1', verdict: 'keep' } },
  broadcast: { action: 'broadcast', id: '6', data: 'The office closes at noon' },
  direct: { action: 'direct', id: '7', to: 'user:b2', data: { hello: true } },
  'room.create': { action: 'room.create', id: '8', room: 'layout', private: true, invite: ['b2'] },
  'room.join': { action: 'room.join', id: '9', room: 'layout' },
  'room.leave': { action: 'room.leave', id: '10', room: 'layout' },
  'room.list': { action: 'room.list', id: '11' },
  'room.members': { action: 'room.members', id: '12', room: 'layout' },
};
