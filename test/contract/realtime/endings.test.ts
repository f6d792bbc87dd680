import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { channelsOf } from '../../../functions/domain/channels.ts';
import type { Connection } from '../../../functions/realtime/connection.ts';
import { deliver } from '../../../functions/realtime/deliver.ts';
import { closeEnded, endConnections } from '../../../functions/realtime/end-connections.ts';
import { endExpired } from '../../../functions/realtime/end-expired.ts';
import type { PlannedEnd } from '../../../functions/realtime/end-queue.ts';
import { answerMessage } from '../../../functions/realtime/message.ts';
import { broadcastPresence } from '../../../functions/realtime/presence.ts';
import { endedConnectionsKey } from '../../../functions/table/keys.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { deliveringOver, place, takingSender } from '../../support/drivers/listening.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const MOMENT = Date.now() + 60_000;

/** A team whose members open connections that cannot be closed; `end` removes a member, `forget` does what is queued then. */
const aTeam = () => {
  const teamId = crypto.randomUUID();
  const ears = takingSender();
  const planned: PlannedEnd[] = [];
  const over = deliveringOver(library.table, {
    ...ears.sender,
    close: async () => {
      throw new Error('throttled');
    },
  });
  const deps = {
    ...over,
    accounts: { ...over.accounts, person: async () => undefined },
    plan: async (ends: readonly PlannedEnd[]) => void planned.push(...ends),
  };
  const answer = answerMessage(deps, (_, error) => expect(error).toBeUndefined());
  const connect = async (userId: string) => {
    const connection: Connection = {
      ...{ id: crypto.randomUUID(), teamId, userId, connectedAt: '2026-01-01T00:00:00Z', scopes: ['media:read'] },
      ...{ credentialId: 'c', credentialKind: 'login' },
    };
    const { id } = connection;
    await deps.connections.open(connection, channelsOf(userId, 'login'));
    const ask = async (message: object) => {
      const body = JSON.stringify({ id: 1, ...message });
      await answer({ connectionId: id, messageId: crypto.randomUUID(), body }).catch(() => {});
      return ears.to(id).at(-1);
    };
    return { id, connection, ask, heard: () => ears.to(id) };
  };
  const end = async (userId: string) => {
    const OldImage = marshall({ pk: `TEAM#${teamId}`, sk: `MEMBER#${userId}`, teamId, userId, role: 'viewer' });
    const ended = await endConnections([{ dynamodb: { OldImage } } as unknown as DynamoDBRecord], deps);
    await closeEnded(ended, deps);
  };
  const forget = async () => {
    const work = endExpired({ ...deps, clock: () => new Date(MOMENT) });
    await Promise.all(planned.map((each) => work(each)));
  };
  return { teamId, deps, connect, end, forget, planned };
};

const presence = (heard: readonly unknown[], event: string) =>
  heard.filter((each) => (each as { type: string }).type === 'presence' && (each as { event: string }).event === event);

describe('a connection whose access has ended and that cannot be closed', () => {
  it('is sent nothing more of any channel, before it has left one of them', async () => {
    const { teamId, deps, connect, end } = aTeam();
    const [removed, other] = [await connect('removed'), await connect('other')];
    for (const channel of ['talk', 'room:board']) {
      await other.ask(channel === 'talk' ? { action: 'subscribe', channel } : { action: 'room.create', room: 'board' });
      expect(await removed.ask({ action: 'subscribe', channel })).toMatchObject({ type: 'ack' });
    }
    await deps.rounds(teamId, 'talk').requestRejoin({ connectionId: removed.id, after: 0 });
    await end('removed');
    const before = removed.heard().length;
    for (const channel of ['talk', 'room:board', 'media', 'team']) {
      await place(deps, teamId, channel, 'secret');
      await deliver(teamId, channel, deps);
    }
    await place(deps, teamId, `connection:${removed.id}`, 'secret');
    await deliver(teamId, `connection:${removed.id}`, deps);
    await broadcastPresence('joined', other.connection, 'room:board', deps);
    expect(removed.heard()).toHaveLength(before);
    expect(other.heard().filter((each) => (each as { data?: unknown }).data === 'secret')).toHaveLength(4);
  });

  it('can no longer ask for anything or take a place in a channel, and stands in no list of members', async () => {
    const { deps, connect, end } = aTeam();
    const [removed, other] = [await connect('removed'), await connect('other')];
    await other.ask({ action: 'room.create', room: 'board' });
    await removed.ask({ action: 'room.join', room: 'board' });
    await end('removed');
    expect(await removed.ask({ action: 'room.list' })).toMatchObject({ type: 'error', code: 'UNAUTHORIZED' });
    expect(await deps.connections.subscribe(removed.connection, 'talk')).toBe('gone');
    const { members } = (await other.ask({ action: 'room.members', room: 'board' })) as { members: { user: string }[] };
    expect(members.map(({ user }) => user)).toEqual(['other']);
  });

  it('leaves its rooms by the queue, which tells each room once, however often messages and its own end come', async () => {
    const { teamId, deps, connect, end, forget, planned } = aTeam();
    const [removed, other] = [await connect('removed'), await connect('other')];
    for (const room of ['board', 'den']) {
      await other.ask({ action: 'room.create', room });
      await removed.ask({ action: 'room.join', room });
    }
    await end('removed');
    await end('removed');
    expect(planned.map(({ connectionId }) => connectionId)).toEqual([removed.id, removed.id]);
    await Promise.all([
      forget(),
      deps.connections.forget(removed.id).then((forgotten) => deps.onForgotten?.(forgotten)),
    ]);
    expect(presence(other.heard(), 'left')).toHaveLength(2);
    expect((await deps.rooms.list(teamId)).map(({ members }) => members)).toEqual([1, 1]);
    expect(await deps.connections.endedIn(teamId)).toEqual(new Set());
    expect(await deps.connections.recount('removed')).toEqual([]);
  });

  it('is noted no more once it is gone, also when its end was noticed only after that', async () => {
    const { teamId, deps, connect, end } = aTeam();
    const removed = await connect('removed');
    await deps.connections.forget(removed.id);
    await deps.connections.endAll(teamId, 'removed', [removed.id]);
    await end('removed');
    expect((await library.table.get(endedConnectionsKey(teamId, 'removed')))?.ids).toBeUndefined();
  });
});
