import type { FileMetadata } from '../domain/file-metadata.ts';
import { isFileName } from '../domain/names.ts';
import type { Clock } from '../domain/ports.ts';
import { byName, type MediaTexts, RECORD_TEXTS, TEXT_NAMES } from '../domain/record-fields.ts';
import type { Settings } from '../domain/settings.ts';
import { isTagName, tagIdentity } from '../domain/tag.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { TagStore } from '../library/tag-store.ts';
import { newTag } from '../tags/create-tag.ts';

/** Keywords that become tags; more would bury those that people chose. */
const MOST_TAGS_FILLED = 20;

export interface FillTagsDeps {
  readonly tags: Pick<TagStore, 'byName' | 'create'>;
  readonly newId: () => string;
  readonly clock: Clock;
}

export interface FillSessionDeps {
  readonly settings: Pick<Settings, 'fillFromMetadata'>;
  readonly fillTags: (teamId: string, metadata: FileMetadata) => Promise<readonly string[]>;
}

/** An upload whose empty fields are filled from the file, if the settings say so. */
export const fillSession = async (
  session: UploadSession,
  metadata: FileMetadata | undefined,
  { settings, fillTags }: FillSessionDeps,
): Promise<UploadSession> => {
  if (!settings.fillFromMetadata || !metadata) return session;
  const tagIds = session.tagIds.length > 0 ? session.tagIds : await fillTags(session.teamId, metadata);
  return { ...session, ...fillTexts(session, metadata), tagIds };
};

/** The texts of a record, empty ones filled from its file. */
export const fillTexts = (said: MediaTexts, { texts }: FileMetadata): MediaTexts =>
  byName(TEXT_NAMES, (name) => {
    const { filledFrom, longest } = RECORD_TEXTS[name];
    return said[name] ?? (filledFrom === null ? null : cut(texts[filledFrom], longest));
  });

const cut = (text: string | null, longest: number): string | null => text?.slice(0, longest).toWellFormed() ?? null;

/**
 * Tags for a record without any: existing ones by the file's keywords, and new ones for the rest. A team with as many tags as
 * allowed gets none, which is no reason to refuse a file.
 */
export const fillTags =
  ({ tags, newId, clock }: FillTagsDeps) =>
  async (teamId: string, { texts }: FileMetadata): Promise<readonly string[]> => {
    const keywords = texts.keywords.filter((name) => isFileName(name) && isTagName(name));
    const names = [...new Map(keywords.map((name) => [tagIdentity(name), name]))].slice(0, MOST_TAGS_FILLED);
    if (names.length === 0) return [];
    const found = await tags.byName(
      teamId,
      names.map(([, name]) => name),
    );
    const known = new Map(found.map(({ name, id }) => [tagIdentity(name), id]));
    for (const [identity, name] of names) {
      if (known.has(identity)) continue;
      const now = clock().toISOString();
      const made = await tags
        .create(newTag({ name }, { id: newId(), teamId, createdAt: now, updatedAt: now }))
        .catch(() => undefined);
      if (made) known.set(identity, made.id);
    }
    return names.flatMap(([identity]) => known.get(identity) ?? []);
  };
