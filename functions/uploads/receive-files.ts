import { join } from 'node:path';
import { type ErrorCode, type FieldError, MediaError, noFiles } from '../domain/errors.ts';
import type { MediaKind } from '../domain/media.ts';
import { namedAfterType } from '../domain/media-types.ts';
import { FILE_NAME_LENGTH, isFileName } from '../domain/names.ts';
import { LARGEST_PUT_BYTES } from '../domain/parts.ts';
import { admitFile, notAccepted, type Settings } from '../domain/settings.ts';
import { declaredInForm, detectType } from '../files/checks/detect-type.ts';
import type { Form, FormPart } from '../http/form.ts';
import { expectFits, type FormRoom } from './form-room.ts';
import { headOf, type Spooled, spool } from './spool.ts';

/** A file of a form that has an admitted name, type and size. Its content is not verified yet. */
export interface ReceivedFile extends Spooled {
  /** Its place among the files of the form, from 0. */
  readonly index: number;
  readonly filename: string;
  readonly mimeType: string;
  readonly kind: MediaKind;
}

type ReceiveSettings = Pick<Settings, 'types' | 'limits'>;
type FilePart = Extract<FormPart, { kind: 'file' }>;

/** Enough of a file to tell its type, an Office document's directory included. */
const HEAD_BYTES = 1024 * 1024;

/** The allowed content of a form. */
export interface FormRules {
  /** The name of its files. */
  readonly field: string;
  readonly mostFiles?: number | undefined;
  /** The kinds that they may be of; any that the settings allow where nothing is said. */
  readonly kinds?: readonly MediaKind[] | undefined;
  /** Their names are titles: they are stored under the title with the ending of their type. */
  readonly namedAfterType?: true | undefined;
  /** Bytes of one file, where that is less than the settings allow. */
  readonly largestFile?: number | undefined;
  /** Whether it may have fields beside its files; which of them, their reader decides. */
  readonly hasFields: boolean;
}

/** The fields of a form, by name, in the order sent. */
export type FormFields = ReadonlyMap<string, readonly string[]>;

/** One thing that is wrong with one file of the form. */
export const fileFault = (field: string, index: number, code: string, message: string): FieldError => ({
  code,
  path: [field, index],
  message,
});

const tooLarge = (limit: number): MediaError => new MediaError('TOO_LARGE', `File too large: at most ${limit} bytes`);

type Refuse = (code: ErrorCode, message: string) => MediaError;

/**
 * Takes the files of a form to disk; empty ones are left out. Throws at the first file that may not be stored, and for a
 * form without any file.
 */
export const receiveFiles = async (
  parts: Form,
  folder: string,
  settings: ReceiveSettings,
  rules: FormRules & { readonly room: FormRoom },
): Promise<{ readonly files: readonly ReceivedFile[]; readonly fields: FormFields }> => {
  const { field, mostFiles = Number.POSITIVE_INFINITY, hasFields } = rules;
  const largest = Math.max(...Object.values(within(settings, rules).limits));
  expectFits(parts, { bytes: largest * mostFiles, refusal: () => tooLarge(largest) });
  expectFits(parts, rules.room);
  const files: ReceivedFile[] = [];
  const fields = new Map<string, string[]>();
  const unknown: string[] = [];
  const misplaced: string[] = [];
  let index = 0;
  let left = rules.room.bytes;
  for await (const part of parts) {
    if (part.kind === 'field' && hasFields) {
      const values = fields.get(part.name);
      if (values) values.push(part.value);
      else fields.set(part.name, [part.value]);
      continue;
    }
    if (part.kind === 'field' || part.name !== field) {
      unknown.push(part.name);
      if (part.kind === 'file') {
        misplaced.push(part.name);
        part.body.resume();
      }
      continue;
    }
    if (index >= mostFiles) throw new MediaError('VALIDATION', `A form has at most ${mostFiles} file(s) here`);
    const at = index;
    const refuse: Refuse = (code, message) =>
      new MediaError(code, message, { fields: [fileFault(field, at, code, message)] });
    const file = await receive(part, index, {
      ...{ folder, settings: within(settings, rules), rules, refuse },
      room: { ...rules.room, bytes: left },
    });
    if (file) files.push(file);
    left -= file?.size ?? 0;
    index += 1;
  }
  if (files.length === 0) throw noFiles(field, misplaced);
  if (unknown.length > 0) {
    const message = `Unrecognized field(s) in form: ${unknown.map((name) => `'${name}'`).join(', ')}`;
    const fields = [{ code: 'unrecognized_keys', keys: unknown, path: [], message }];
    throw new MediaError('UNKNOWN_FIELD', 'Invalid request body', { fields });
  }
  return { files, fields };
};

interface Receiving {
  readonly folder: string;
  readonly settings: ReceiveSettings;
  readonly rules: FormRules;
  readonly room: FormRoom;
  readonly refuse: Refuse;
}

/** One PUT stores a form's file. */
const within = (
  { types, limits }: ReceiveSettings,
  { largestFile = LARGEST_PUT_BYTES }: FormRules,
): ReceiveSettings => {
  const least = Object.entries(limits).map(([kind, limit]) => [kind, Math.min(limit, largestFile)]);
  return { types, limits: Object.fromEntries(least) as ReceiveSettings['limits'] };
};

const receive = async (
  part: FilePart,
  index: number,
  { folder, settings, rules, room, refuse }: Receiving,
): Promise<ReceivedFile | undefined> => {
  const announced = declaredInForm(part.mimeType, part.filename);
  const declared = settings.types.find(({ mime }) => mime === announced);
  if (!declared && announced !== undefined) {
    const { code, message } = notAccepted(`of type ${part.mimeType.slice(0, 100)}`, settings.types);
    throw refuse(code, message);
  }
  const limit = declared ? settings.limits[declared.kind] : Math.max(...Object.values(settings.limits));
  const most = Math.min(limit, room.bytes);
  const spooled = await spool(part.body, join(folder, String(index)), most, () => room.expectDisk(folder));
  if (!spooled && most < limit) {
    const { code, message } = room.refusal();
    throw refuse(code, message);
  }
  if (!spooled) {
    const { code, message } = tooLarge(limit);
    throw refuse(code, message);
  }
  if (spooled.size === 0) return undefined;
  if (part.filename.length > FILE_NAME_LENGTH || !isFileName(part.filename)) {
    throw refuse('VALIDATION', 'The name of the file is missing, too long or has control characters');
  }
  try {
    const mimeType =
      declared?.mime ?? (await detectType(await headOf(spooled, HEAD_BYTES), part.filename, settings.types));
    const kind = admitFile(settings, { mimeType, size: spooled.size });
    if (rules.kinds && !rules.kinds.includes(kind)) {
      const taken = settings.types.filter((type) => rules.kinds?.includes(type.kind));
      throw notAccepted(`of type ${mimeType}`, taken, ' here');
    }
    const filename = rules.namedAfterType ? namedAfterType(part.filename, mimeType) : part.filename;
    return { ...spooled, index, filename, mimeType, kind };
  } catch (error) {
    if (error instanceof MediaError) throw refuse(error.code, error.message);
    throw error;
  }
};
