import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dynamoAccounts } from '../../../functions/accounts/account-store.ts';
import { createApiKey } from '../../../functions/accounts/api-keys.ts';
import { hashSecret } from '../../../functions/accounts/tokens.ts';
import { dynamoCollections } from '../../../functions/collections/collection-store.ts';
import { createCollection } from '../../../functions/collections/collections.ts';
import { dynamoSavedViews } from '../../../functions/collections/saved-view-store.ts';
import { createSavedView } from '../../../functions/collections/saved-views.ts';
import type { KeyedWork } from '../../../functions/domain/call.ts';
import { MediaError } from '../../../functions/domain/errors.ts';
import type { Principal } from '../../../functions/domain/principal.ts';
import { type ExamineFile, examineFile } from '../../../functions/files/checks/examine-file.ts';
import type { FormPart } from '../../../functions/http/form.ts';
import { HELD_MILLISECONDS, once } from '../../../functions/http/idempotency.ts';
import { dynamoIdempotency } from '../../../functions/http/idempotency-store.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoTags } from '../../../functions/library/tag-store.ts';
import { createMedia } from '../../../functions/media/create-media.ts';
import { dynamoShareLinks } from '../../../functions/sharing/share-link-store.ts';
import { createShareLink } from '../../../functions/sharing/share-links.ts';
import { createToldTag } from '../../../functions/tags/create-tag.ts';
import { createInvitation } from '../../../functions/teams/invitations.ts';
import { dynamoTeams } from '../../../functions/teams/team-store.ts';
import { createTeam } from '../../../functions/teams/teams.ts';
import { dynamoOpenUploads } from '../../../functions/uploads/open-uploads.ts';
import { uploadFiles } from '../../../functions/uploads/upload-files.ts';
import { dynamoWebhooks } from '../../../functions/webhooks/webhook-store.ts';
import { createWebhook } from '../../../functions/webhooks/webhooks.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { atEachWrite, FAULTS } from '../../support/drivers/faulty-library.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';
import { settings, teamOfFiles } from '../../support/drivers/team-of-files.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const newId = () => crypto.randomUUID();
const clock = () => new Date();

interface Attempt {
  readonly on: Library;
  readonly principal: Principal;
  readonly keyed: KeyedWork;
}

interface Operation {
  /** Does the work and answers what its caller gets: ids and secrets, in any order. */
  readonly work: (attempt: Attempt) => Promise<readonly string[]>;
  /** The same of all that the caller's team has of the kind. */
  readonly made: (principal: Principal) => Promise<readonly string[]>;
}

async function* form(...contents: string[]): AsyncGenerator<FormPart> {
  for (const [index, content] of contents.entries()) {
    const body = Readable.from([Buffer.from(content)]);
    yield { kind: 'file', name: 'files', filename: `${index}.txt`, mimeType: 'text/plain', body };
  }
}

/** Ids of the active records of the caller's team. */
const records = async ({ teamId }: Principal): Promise<readonly string[]> => {
  const order = { orderBy: 'createdAt', orderDir: 'asc', limit: 100, offset: 0 } as const;
  const { items } = await dynamoMedia(library.table).list({ teamIds: [teamId], state: 'active', ...order });
  return items.map(({ id }) => id);
};

/** Attributes of what a team has beside its records. */
const besideTeam =
  (prefix: string, of: (item: Record<string, unknown>) => readonly unknown[]) =>
  async ({ teamId }: Principal): Promise<readonly string[]> => {
    const { Items = [] } = await library.table.query({
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': `TEAM#${teamId}`, ':prefix': prefix },
      ConsistentRead: true,
    });
    return Items.flatMap(of).map(String);
  };

/** Examines each content once: what is examined does not depend on the faults. */
const examined = new Map<string, ReturnType<ExamineFile>>();
const examine: ExamineFile = (path, declared) => {
  const known = examined.get(String(declared.sha256)) ?? examineFile(path, declared);
  examined.set(String(declared.sha256), known);
  return known;
};

const external = { url: 'https://example.com/a.jpg', filename: 'a.jpg', fileSize: 7, mimeType: 'image/jpeg' };

const uploadForm =
  (...contents: string[]): Operation['work'] =>
  async ({ on, principal, keyed }) => {
    const { deps } = teamOfFiles(on);
    const describe = () => ({ tagNames: ['One'] });
    const input = { parts: form(...contents), field: 'files', describe };
    return (await uploadFiles({ ...deps, examine })({ input, principal, keyed })).map(({ id }) => id);
  };

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'an external record': {
    work: async ({ on, principal, keyed }) => {
      const { deps } = teamOfFiles(on);
      return [(await createMedia(deps)({ input: external, principal, keyed })).id];
    },
    made: records,
  },
  'an upload': {
    work: async ({ on, principal, keyed }) => {
      const file = { name: 'a.txt', bytes: 'hello' };
      return [(await teamOfFiles(on).announce(file, {}, {}, { principal, keyed })).session.id];
    },
    made: async ({ userId }) => (await dynamoOpenUploads(library.table).list(userId, 100)).items.map(({ id }) => id),
  },
  'a form of two files': { work: uploadForm('one', 'two'), made: records },
  'an API key': {
    work: async ({ on, principal, keyed }) => {
      const create = createApiKey({ accounts: dynamoAccounts(on.table), newId, clock });
      const { apiKey, secret } = await create({ input: { name: 'k', scopes: ['media:read'] }, principal, keyed });
      return [apiKey.id, hashSecret(secret)];
    },
    made: besideTeam('APIKEY#', ({ sk, keyHash }) => [String(sk).replace('APIKEY#', ''), keyHash]),
  },
  'a collection': {
    work: async ({ on, principal, keyed }) => {
      const deps = { collections: dynamoCollections(on.table), newId, clock, show: async () => [] };
      const create = createCollection({ ...deps, records: async () => [] });
      return [(await create({ input: { name: 'Harbour', mediaIds: [] }, principal, keyed })).id];
    },
    made: besideTeam('COLLECTION#', ({ id }) => [id]),
  },
  'a saved view': {
    work: async ({ on, principal, keyed }) => {
      const create = createSavedView({ views: dynamoSavedViews(on.table), newId, clock });
      const input = { name: 'Films', query: { type: 'video' }, isShared: false };
      return [(await create({ input, principal, keyed })).id];
    },
    made: besideTeam('VIEW#', ({ id }) => [id]),
  },
  'a share link': {
    work: async ({ on, principal, keyed }) => {
      const file = { id: 'one', teamId: principal.teamId, filename: 'one', fileVersion: 'v' } as never;
      const deps = { accounts: dynamoAccounts(on.table), links: dynamoShareLinks(on.table), newId, clock };
      const collections = dynamoCollections(on.table);
      const create = createShareLink({
        ...deps,
        collections,
        records: async () => [file],
        hashPassword: async () => 'hash',
      });
      const { link, token } = await create({ input: { mediaIds: ['one'] }, principal, keyed });
      return [link.id, hashSecret(token)];
    },
    made: besideTeam('SHARELINK#', ({ sk, hash }) => [String(sk).replace('SHARELINK#', ''), hash]),
  },
  'a team': {
    work: async ({ on, principal, keyed }) => {
      const deps = { accounts: dynamoAccounts(on.table), teams: dynamoTeams(on.table), settings, newId, clock };
      // The caller is looked up anew for each call, and is in the team that an earlier attempt made.
      const person = await dynamoAccounts(library.table).person(principal.userId);
      const now = { ...principal, teams: person?.teams ?? [] };
      return [(await createTeam(deps)({ input: { name: 'Second' }, principal: now, keyed })).id];
    },
    made: async ({ userId, teamId }) =>
      ((await dynamoAccounts(library.table).person(userId))?.teams ?? [])
        .map((team) => team.teamId)
        .filter((id) => id !== teamId),
  },
  'an invitation': {
    work: async ({ on, principal, keyed }) => {
      const attempts = { take: async () => undefined };
      const stores = { accounts: dynamoAccounts(on.table), teams: dynamoTeams(on.table) };
      const deps = { ...stores, attempts, mail: undefined, newId, clock };
      const input = { id: principal.teamId, email: 'new@example.com', role: 'viewer', language: 'en' } as const;
      const { invitation, token } = await createInvitation(deps)({ input, principal, keyed });
      return [invitation.id, hashSecret(token)];
    },
    made: besideTeam('INVITATION#', ({ id, hash }) => [id, hash]),
  },
  'a webhook': {
    work: async ({ on, principal, keyed }) => {
      const webhooks = dynamoWebhooks(on.table);
      const randomBytes = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
      const deps = { accounts: dynamoAccounts(on.table), webhooks, newId, randomBytes, toLoopback: false, clock };
      const input = { url: 'https://example.com/hook', events: ['media.created' as const] };
      const { webhook, secret } = await createWebhook(deps)({ input, principal, keyed });
      return [webhook.id, secret];
    },
    made: besideTeam('WEBHOOK#', ({ id, secret }) => [id, secret]),
  },
  'a tag': {
    work: async ({ on, principal, keyed }) => {
      const create = createToldTag({ tags: dynamoTags(on.table), newId, clock });
      return [(await create({ input: { name: 'Summer' }, principal, keyed })).id];
    },
    made: besideTeam('TAG#', ({ id }) => [id]),
  },
};

/** A person who owns a team, as they are in the table. */
const anOwner = async (): Promise<Principal> => {
  const [userId, teamId, createdAt] = [newId(), newId(), clock().toISOString()];
  const user = { id: userId, email: `${userId}@example.com`, passwordHash: 'hash', passwordVersion: 0 };
  const key = { id: newId(), teamId, userId, name: 'k', scopes: [], createdAt, expiresAt: null, lastUsedAt: null };
  const stored = { ...user, defaultTeamId: teamId, guestUntil: null, createdAt };
  await dynamoAccounts(library.table).createOwner(stored, { id: teamId, name: 'Team', createdAt }, key, newId());
  return aPrincipal({ userId, teamId, credential: { kind: 'session', id: 'session', passwordVersion: 0 } });
};

/** Calls with one key, each as `serve` makes it. */
const callsOf = (operation: Operation, principal: Principal) => {
  let now = Date.now();
  const call = { scope: principal.userId, key: 'the key', fingerprint: 'the request', authority: 'owner' };
  return {
    later: () => {
      now += HELD_MILLISECONDS + 1;
    },
    send: async (on: Library): Promise<readonly string[]> => {
      const store = dynamoIdempotency(
        on.table,
        async () => [Buffer.alloc(32, 1)],
        () => new Date(now),
      );
      const { body } = await once(store, call, async (keyed) => {
        return { status: 201, body: JSON.stringify(await operation.work({ on, principal, keyed })) };
      });
      return JSON.parse(body) as readonly string[];
    },
  };
};

const MOST_REPEATS = 3;

/** Sends the call again as a client does that was told to wait, or got an error. */
const untilAnswered = async (send: () => Promise<readonly string[]>): Promise<readonly string[]> => {
  for (let repeat = 1; ; repeat += 1) {
    try {
      return await send();
    } catch (error) {
      const isForLater = error instanceof MediaError && error.retryAfter !== undefined;
      if (!isForLater || repeat === MOST_REPEATS) throw error;
    }
  }
};

describe('a call with an Idempotency-Key that is repeated after its first attempt broke off', () => {
  describe.each(FAULTS)('%s a write', (fault) => {
    it.each(Object.entries(OPERATIONS))('makes %s once, and answers it', async (_, operation) => {
      const points = await atEachWrite(library, fault, async (faulty, nth) => {
        const principal = await anOwner();
        const before = await operation.made(principal);
        const { send, later } = callsOf(operation, principal);
        const first = send(faulty.library as Library).catch(() => 'failed');
        await Promise.race([first, faulty.killed]);
        later();
        const answer = await untilAnswered(() => send(library));
        const made = (await operation.made(principal)).filter((id) => !before.includes(id));
        expect({ nth, made: made.toSorted() }).toEqual({ nth, made: [...answer].sort() });
        // And once more, for a client that lost this answer too.
        expect(await send(library)).toEqual(answer);
      });
      expect(points).toBeGreaterThanOrEqual(3);
      expect(await checkLibrary(library.ops)).toEqual([]);
    });
  });
});
