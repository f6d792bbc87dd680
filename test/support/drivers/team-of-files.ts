import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { dynamoGuests } from '../../../functions/accounts/guest-store.ts';
import type { Call } from '../../../functions/domain/call.ts';
import type { MediaRecord } from '../../../functions/domain/media.ts';
import type { ObjectToRead } from '../../../functions/files/checks/examination-order.ts';
import { examineFile, examineStored } from '../../../functions/files/checks/examine-file.ts';
import { noScanner } from '../../../functions/files/malware/scanner.ts';
import { readMetadata } from '../../../functions/files/metadata/read-metadata.ts';
import type { FormPart } from '../../../functions/http/form.ts';
import { findByChecksum } from '../../../functions/library/duplicates.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoMetadata } from '../../../functions/library/metadata-store.ts';
import { dynamoObjects } from '../../../functions/library/object-store.ts';
import { retag } from '../../../functions/library/retag.ts';
import { dynamoTags, showTags } from '../../../functions/library/tag-store.ts';
import { readTotals } from '../../../functions/library/totals.ts';
import { dynamoVersions } from '../../../functions/library/version-store.ts';
import { dynamoDue } from '../../../functions/lifecycle/due-store.ts';
import { purgeMedia } from '../../../functions/lifecycle/purge-media.ts';
import { restoreMedia } from '../../../functions/lifecycle/restore-media.ts';
import { sweep } from '../../../functions/lifecycle/sweep.ts';
import { deleteMedia } from '../../../functions/media/delete-media.ts';
import { listVersions } from '../../../functions/media/list-versions.ts';
import { removeFile } from '../../../functions/media/remove-file.ts';
import { restoreVersion } from '../../../functions/media/restore-version.ts';
import { updateMedia } from '../../../functions/media/update-media.ts';
import { storedSource } from '../../../functions/shared/byte-source.ts';
import { nameTags } from '../../../functions/tags/name-tags.ts';
import { dynamoTexts } from '../../../functions/text/text-store.ts';
import { type CreateUpload, createUpload } from '../../../functions/uploads/create-upload.ts';
import { inAnyPlace } from '../../../functions/uploads/form-places.ts';
import { processUpload } from '../../../functions/uploads/process-upload.ts';
import { replaceFile } from '../../../functions/uploads/replace-file.ts';
import { reuseContent } from '../../../functions/uploads/reuse-content.ts';
import { dynamoReuse } from '../../../functions/uploads/reuse-store.ts';
import { uploadFiles } from '../../../functions/uploads/upload-files.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { recount } from '../../../functions/usage/recount.ts';
import { dynamoRecount } from '../../../functions/usage/recount-store.ts';
import { functionSettings, parseSettings } from '../../../lib/settings/settings.ts';
import type { Library } from './library.ts';
import { aPrincipal } from './principal.ts';

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

export const settings = { ...functionSettings(parseSettings({})), quotaBytes: 100_000 };

export interface Bytes {
  readonly name: string;
  readonly bytes: Uint8Array | string;
}
async function* form({ name, bytes }: Bytes): AsyncGenerator<FormPart> {
  yield { kind: 'file', name: 'file', filename: name, mimeType: '', body: Readable.from([Buffer.from(bytes)]) };
}

/** A team of its own, or the one that is named, with the use cases on its records; `before` runs ahead of each step that reads or writes. */
export const teamOfFiles = (
  library: Library,
  before: () => Promise<void> = async () => {},
  teamId: string = crypto.randomUUID(),
) => {
  const { table } = library;
  const paced = <T extends object>(port: T): T =>
    Object.fromEntries(
      Object.entries(port).map(([name, method]) => [
        name,
        async (...given: unknown[]) => {
          await before();
          return method(...given);
        },
      ]),
    ) as T;
  const state = { now: Date.now() };
  const clock = () => new Date(state.now);
  const newId = () => crypto.randomUUID();
  const tags = dynamoTags(table);
  const deps = {
    tags,
    media: paced(dynamoMedia(table)),
    due: paced(dynamoDue(table)),
    uploads: paced(dynamoUploads(table)),
    files: paced(library.files),
    versions: paced(dynamoVersions(table)),
    objects: paced(dynamoObjects(table)),
    parts: library.parts,
    guests: dynamoGuests(table),
    nameTags: nameTags({ tags, newId, clock }),
    committed: async (teamId: string) => (await readTotals(table, teamId)).committed,
    retag: retag(table),
    show: showTags(table),
    enqueue: async (key: string) => {
      await processUpload(deps)(key);
    },
    examine: examineFile,
    inFormPlace: inAnyPlace,
    examineStored: examineStored(library.files),
    readMetadata: ({ key, size }: ObjectToRead, mimeType: string) =>
      readMetadata(storedSource(library.files, key, size), mimeType),
    fillTags: async () => [],
    scanner: noScanner,
    mayStillBring: async () => true,
    expectStill: async () => undefined,
    expectDisk: async () => undefined,
    pause: async () => {},
    reuse: paced(dynamoReuse(table)),
    metadata: dynamoMetadata(table),
    texts: dynamoTexts(table),
    settings,
    newId,
    clock,
  };
  type Deps = typeof deps;
  const principal = aPrincipal({ teamId });
  const at = (id: string) => ({ input: { id }, principal });
  return {
    teamId: principal.teamId,
    deps,
    later: (milliseconds: number) => {
      state.now += milliseconds;
    },
    upload: async (file: Bytes, tagNames: readonly string[] = []): Promise<MediaRecord> => {
      const describe = () => ({ title: 'what people say', tagNames });
      const input = { parts: form(file), field: 'file', describe };
      const [record] = await uploadFiles(deps)({ input, principal });
      return (await dynamoMedia(table).get(record?.id ?? '')) as MediaRecord;
    },
    replace: (id: string, file: Bytes, change: Partial<Deps> = {}) =>
      replaceFile({ ...deps, ...change })({ input: { id, parts: form(file), field: 'file' }, principal }),
    /** Announces a file as a client does that would rather not send it. */
    announce: async (
      file: Bytes,
      fields: Partial<CreateUpload> = {},
      change: Partial<Deps> = {},
      call: Partial<Call<unknown>> = {},
    ) => {
      const all = { ...deps, ...change };
      const bytes = Buffer.from(file.bytes);
      const create = createUpload({
        ...all,
        open: { givenUp: async () => 0 },
        findByChecksum: findByChecksum(table),
        reuse: reuseContent(all),
        signPut: async () => ({ method: 'PUT', url: 'https://bucket.example', headers: {} }),
      });
      const declared = { filename: file.name, fileSize: bytes.length, mimeType: 'text/plain', sha256: sha256Of(bytes) };
      return create({ principal, ...call, input: { ...declared, onDuplicate: 'reuse', ...fields } });
    },
    versions: (id: string) => listVersions(deps)(at(id)),
    restoreVersion: (id: string, version: string, change: Partial<Deps> = {}) =>
      restoreVersion({ ...deps, ...change })({ input: { id, version }, principal }),
    recount: () => recount({ store: dynamoRecount(table) })(),
    removeFile: (id: string) => removeFile(deps)(at(id)),
    edit: (id: string, focalX: number) =>
      updateMedia(deps)({ input: { id, edit: { focalX }, tagNames: ['One'] }, principal }),
    remove: (id: string) => deleteMedia(deps)(at(id)),
    restore: (id: string) => restoreMedia(deps)(at(id)),
    purge: (id: string, change: Partial<Deps> = {}) => purgeMedia({ ...deps, ...change })(at(id)),
    processed: (key: string) => processUpload(deps)(key),
    sweep: () => sweep(deps)(),
    get: async (id: string) => (await dynamoMedia(table).get(id)) as MediaRecord,
    totals: () => readTotals(table, principal.teamId),
    objects: async (id: string) => (await library.ops.keys()).filter((key) => key.includes(id)),
  };
};
