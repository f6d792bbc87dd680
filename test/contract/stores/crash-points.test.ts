import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { originalKey } from '../../../functions/domain/media.ts';
import { type ExamineFile, examineFile } from '../../../functions/files/checks/examine-file.ts';
import { dynamoTags } from '../../../functions/library/tag-store.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { atEachWrite, FAULTS, type Fault } from '../../support/drivers/faulty-library.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { sha256Of, teamOfFiles } from '../../support/drivers/team-of-files.ts';

let library: Library;
beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => undefined));

type Team = ReturnType<typeof teamOfFiles>;

interface Operation {
  /** Makes what the operation needs, and answers what it is called with. */
  readonly prepare: (team: Team) => Promise<string>;
  /** May be called twice: the second time by a client, queue or sweep that had no answer. */
  readonly run: (team: Team, id: string) => Promise<unknown>;
  /** What has to be once the repeat has ended. */
  readonly after: (team: Team, id: string) => Promise<unknown>;
}

/** Examines each content once: what is examined does not depend on the faults. */
const examined = new Map<string, ReturnType<ExamineFile>>();
const examine: ExamineFile = (path, declared) => {
  const known = examined.get(String(declared.sha256)) ?? examineFile(path, declared);
  examined.set(String(declared.sha256), known);
  return known;
};
const FIRST = { name: 'a.txt', bytes: 'first' };
const SECOND = { name: 'b.txt', bytes: 'second' };
const uploaded = async (team: Team) => (await team.upload(FIRST, ['One'])).id;
const trashed = async (team: Team) => {
  const id = await uploaded(team);
  await team.remove(id);
  return id;
};
const replaced = async (team: Team) => {
  const id = await uploaded(team);
  await team.replace(id, SECOND, { examine });
  return id;
};
const checksumOf = async (team: Team, id: string) => (await team.get(id))?.checksum;
const first = sha256Of(Buffer.from(FIRST.bytes));
const second = sha256Of(Buffer.from(SECOND.bytes));
const firstVersion = async (team: Team, id: string): Promise<string> => {
  const versions = await team.versions(id);
  return versions.find(({ file }) => file.checksum === first)?.id ?? 'none';
};

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'an edit with a new tag': {
    prepare: uploaded,
    run: (team, id) => team.edit(id, 0.25),
    after: async (team, id) => expect((await team.get(id))?.focalX).toBe(0.25),
  },
  'a delete': {
    prepare: uploaded,
    run: (team, id) => team.remove(id),
    after: async (team, id) => expect((await team.get(id))?.state).toBe('deleted'),
  },
  'a restore': {
    prepare: trashed,
    run: (team, id) => team.restore(id),
    after: async (team, id) => expect((await team.get(id))?.state).toBe('active'),
  },
  'a purge': {
    prepare: trashed,
    run: (team, id) => team.purge(id),
    after: async (team, id) => expect([await team.get(id), await team.objects(id)]).toEqual([undefined, []]),
  },
  'a replacement of a file': {
    prepare: uploaded,
    run: (team, id) => team.replace(id, SECOND, { examine }),
    after: async (team, id) => expect(await checksumOf(team, id)).toBe(second),
  },
  'a removal of a file': {
    prepare: uploaded,
    run: (team, id) => team.removeFile(id),
    after: async (team, id) => expect(await checksumOf(team, id)).toBeNull(),
  },
  'a restore of a version': {
    prepare: replaced,
    run: async (team, id) => team.restoreVersion(id, await firstVersion(team, id)),
    after: async (team, id) => expect(await checksumOf(team, id)).toBe(first),
  },
  'the processing of an upload': {
    prepare: async (team) => {
      const { session } = await team.announce(FIRST, { onDuplicate: 'upload' });
      const key = originalKey(session.teamId, session.mediaId, session.id);
      await library.put(key, Buffer.from(FIRST.bytes), { ContentType: 'text/plain' });
      return session.id;
    },
    run: async (team, id) => {
      const session = await dynamoUploads(library.table).get(id);
      if (session) await team.processed(originalKey(session.teamId, session.mediaId, id));
    },
    after: async (team, id) => {
      const session = await dynamoUploads(library.table).get(id);
      expect([session?.status, (await team.get(session?.mediaId ?? ''))?.state]).toEqual(['active', 'active']);
    },
  },
  'the removal of a tag': {
    prepare: async (team) => {
      await uploaded(team);
      return (await dynamoTags(library.table).list(team.teamId))[0]?.id ?? 'none';
    },
    run: async (team, id) => {
      const [tag] = await team.deps.tags.get([id]);
      if (tag) await team.deps.tags.remove(tag);
    },
    after: async (_, id) => expect(await dynamoTags(library.table).get([id])).toEqual([]),
  },
};

const DAYS = 24 * 3600 * 1000;

const breakOff = async ({ prepare, run, after }: Operation, fault: Fault): Promise<number> =>
  atEachWrite(library, fault, async (faulty, nth) => {
    const team = teamOfFiles(library);
    const id = await prepare(team);
    const broken = teamOfFiles(faulty.library, undefined, team.teamId);
    const attempt = run(broken, id).catch(() => 'failed');
    await Promise.race([attempt, faulty.killed]);
    // The repeat may find that all is done, and be refused for it.
    await run(team, id).catch(() => undefined);
    await after(team, id).catch((error: Error) => {
      throw new Error(`at write ${nth}: ${error.message}`);
    });
  });

describe('an operation that breaks off', () => {
  describe.each(FAULTS)('%s a write', (fault) => {
    // The sweep and the check read all there is: each fault has a library of its own.
    beforeAll(async () => {
      library = await startLibrary();
    });
    afterAll(() => library?.stop());

    it.each(Object.entries(OPERATIONS))('is done by its repeat, and leaves nothing wrong: %s', async (_, operation) => {
      expect(await breakOff(operation, fault)).toBeGreaterThanOrEqual(1);
      const healer = teamOfFiles(library);
      healer.later(2 * DAYS);
      await healer.sweep();
      const swept = await library.ops.library();
      expect(await checkLibrary(library.ops)).toEqual([]);
      await healer.sweep();
      expect((await library.ops.library()).length).toBe(swept.length);
    });
  });
});
