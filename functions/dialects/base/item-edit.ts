import { MediaError } from '../../domain/errors.ts';
import { type MediaRecord, untagged } from '../../domain/media.ts';
import type { MediaEdit } from '../../domain/ports.ts';
import { itemView } from './item-view.ts';

/** The unchangeable fields of an item and its file: a client that sends back what it read sends these too. */
export const FIXED_FIELDS = [
  ...(['id', 'url', 'filename', 'mimeType', 'size', 'width', 'height', 'createdAt', 'updatedAt'] as const),
];

/** Fixed fields as a client sent them: values of the view, or in a form their text. */
export type SentFields = Partial<Record<(typeof FIXED_FIELDS)[number], string | number | null | undefined>>;

/**
 * The edit of an item that was read, changed and sent back. Unchanged fixed fields are ignored; a changed one is refused,
 * `updatedAt` too: then the item was changed meanwhile. The refusal does not say what is stored, since the caller may not be
 * let to read. Such a caller sends no fixed field but the `id`: an accepted one would confirm a guess.
 */
export const itemEdit =
  (edit: MediaEdit, sent: SentFields, publicUrl: string) =>
  (record: MediaRecord, maySee: boolean): MediaEdit => {
    const shown = itemView(untagged(record), publicUrl);
    const fields = FIXED_FIELDS.filter((name) => {
      const value = sent[name];
      if (value === undefined) return false;
      const isSame = value === shown[name] || (value !== null && String(value) === String(shown[name]));
      return !isSame || !(maySee || name === 'id');
    }).map((name) => ({ code: 'immutable', path: [name], message: 'Cannot be changed' }));
    if (fields.length > 0) throw new MediaError('VALIDATION', 'Invalid request body', { fields });
    // A record without a title is shown by the name of its file; sent back, that name means no title.
    if (record.title !== null || edit.title !== shown.title) return edit;
    const { title: _, ...rest } = edit;
    return rest;
  };
