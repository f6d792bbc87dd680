import { describe, expect, it } from '@jest/globals';
import { FIXED_FIELDS, itemEdit } from '../../../../functions/dialects/base/item-edit.ts';
import { itemView } from '../../../../functions/dialects/base/item-view.ts';
import { MediaError } from '../../../../functions/domain/errors.ts';
import { type MediaRecord, untagged } from '../../../../functions/domain/media.ts';

const publicUrl = 'https://api.example';
const record = {
  id: 'the-id',
  title: null,
  filename: 'secret-name.png',
  mimeType: 'image/png',
  fileSize: 481_516,
  externalUrl: null,
  fileVersion: 'v',
  width: 2342,
  height: 1234,
  createdAt: '2026-01-02T03:04:05.006Z',
  updatedAt: '2026-07-08T09:10:11.012Z',
} as MediaRecord;
const item = itemView(untagged({ ...record, tagIds: [] }), publicUrl);

const refusalOf = (sent: Record<string, unknown>, maySee: boolean): string | undefined => {
  try {
    itemEdit({}, sent, publicUrl)(record, maySee);
    return undefined;
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    return JSON.stringify([error.message, error.fields]);
  }
};

describe('a fixed field of an item', () => {
  it.each(FIXED_FIELDS)('is refused by its name and no stored value when %s is sent otherwise', (name) => {
    for (const maySee of [true, false]) {
      const refusal = refusalOf({ [name]: 'another' }, maySee);
      expect(refusal).toContain(`"${name}"`);
      for (const field of FIXED_FIELDS) expect(refusal).not.toContain(String(item[field]));
    }
  });

  it.each(FIXED_FIELDS.filter((name) => name !== 'id'))(
    'confirms no guess of %s to a caller who may not read',
    (name) => {
      expect(refusalOf({ [name]: item[name] }, false)).toBe(refusalOf({ [name]: 'another' }, false));
      expect(refusalOf({ [name]: item[name] }, true)).toBeUndefined();
    },
  );
});
