import { describe, expect, it } from '@jest/globals';
import { ITEM_TEXTS } from '../../../functions/dialects/base/item-texts.ts';
import { itemView } from '../../../functions/dialects/base/item-view.ts';
import { texts } from '../../../functions/dialects/common/fields.ts';
import { FILE_TEXTS } from '../../../functions/dialects/files/file-texts.ts';
import { fileView } from '../../../functions/dialects/files/file-view.ts';
import { mediaView } from '../../../functions/dialects/v1/media-view.ts';
import { untagged } from '../../../functions/domain/media.ts';
import { fileOf, withFile, withoutFile } from '../../../functions/domain/media-file.ts';
import { NO_RECORD_TEXTS, RECORD_TEXTS, TEXT_NAMES } from '../../../functions/domain/record-fields.ts';
import { matchesTerm, termsOf } from '../../../functions/domain/terms.ts';
import { mediaItem, mediaRecord } from '../../../functions/library/media-item.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import type { Table } from '../../../functions/table/table.ts';
import { newRecord } from '../../../functions/uploads/new-record.ts';
import { newSession } from '../../../functions/uploads/new-session.ts';
import { uploadSession } from '../../../functions/uploads/upload-items.ts';
import { aRecord, aSession } from '../../support/drivers/library.ts';

const URL = 'https://media.example';

describe.each(TEXT_NAMES)('the text %s of a record', (name) => {
  const { longest, found } = RECORD_TEXTS[name];
  const told = { [name]: 'Lighthouse' };

  it('is null in records and upload sessions from before it was added', () => {
    const { [name]: _, ...record } = mediaItem(aRecord());
    const { [name]: __, ...session } = aSession();
    expect(mediaRecord(record)).toHaveProperty(name, null);
    expect(uploadSession({ ...session })).toHaveProperty(name, null);
    expect(newRecord(session as ReturnType<typeof aSession>, fileOf(aRecord()), '')).toHaveProperty(name, null);
  });

  it('goes from the announcement of a file to its session and its record', () => {
    const session = newSession({
      file: { filename: 'a.txt', fileSize: 1, mimeType: 'text/plain', ...told },
      kind: 'document',
      principal: { teamId: 'team', userId: 'user', credential: { kind: 'access-token' } } as never,
      settings: { defaultVisibility: 'private', uploadMinutes: 1 },
      newId: () => 'id',
      now: new Date(0),
    });
    expect(session).toMatchObject({ ...NO_RECORD_TEXTS, ...told });
    expect(newRecord(session, fileOf(aRecord()), '')).toMatchObject({ ...NO_RECORD_TEXTS, ...told });
  });

  it('stays when the file is replaced or removed', () => {
    const record = aRecord(told);
    expect(withFile(record, fileOf(aRecord({ filename: 'b.jpg' })))).toMatchObject(told);
    expect(withoutFile(record)).toMatchObject(told);
    expect(fileOf(record)).not.toHaveProperty(name);
  });

  it('is written by an edit, by a placeholder for its name', async () => {
    const updates: Parameters<Table['update']>[0][] = [];
    const table = {
      update: async (update: (typeof updates)[number]) => void updates.push(update),
      get: async () => undefined,
    };
    await dynamoMedia(table as unknown as Table).edit('id', told, '2026-01-01T00:00:00.000Z');
    expect(updates).toMatchObject([
      {
        UpdateExpression: `SET updatedAt = :at, editToken = :token, #${name} = :${name} ADD version :one`,
        ExpressionAttributeNames: { [`#${name}`]: name },
        ExpressionAttributeValues: { [`:${name}`]: 'Lighthouse' },
      },
    ]);
  });

  it('has a bound, and may be null or absent', () => {
    const schema = texts[name];
    for (const fits of ['x'.repeat(longest), null, undefined]) expect(schema.safeParse(fits).success).toBe(true);
    for (const refused of ['x'.repeat(longest + 1), 1, 'a\u0000'])
      expect(schema.safeParse(refused).success).toBe(false);
  });

  it('is found by search, inside words where its rules say so', () => {
    const terms = termsOf(aRecord(told), []);
    expect(matchesTerm(terms, 'light')).toBe(true);
    expect(matchesTerm(terms, 'house')).toBe(found === 'inside words');
  });

  it('is shown by each API that has it', () => {
    const shown = untagged(aRecord(told));
    expect(mediaView(shown, { publicUrl: URL })).toMatchObject(told);
    const has = (names: readonly string[]) => (names.includes(name) ? 'Lighthouse' : undefined);
    expect(new Map(Object.entries(fileView(shown, URL))).get(name)).toBe(has(FILE_TEXTS));
    expect(new Map(Object.entries(itemView(shown, URL))).get(name)).toBe(has(ITEM_TEXTS));
  });
});

describe('records as the APIs show them', () => {
  it('have the fields of the references first, in their order', () => {
    const reference = 'title alt caption status createdAt updatedAt description';
    expect(Object.keys(mediaView(untagged(aRecord()), { publicUrl: URL })).join(' ')).toContain(reference);
    expect(Object.keys(itemView(untagged(aRecord()), URL)).slice(0, 3)).toEqual(['id', 'title', 'description']);
  });
});
