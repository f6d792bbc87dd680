import { s3Error } from './errors.ts';
import type { StoredObject } from './object-table.ts';

type Header = (name: string) => string | undefined;

const listsTag = (list: string, etag: string): boolean =>
  list.split(',').some((item) => item.trim() === '*' || item.trim().replace(/^W\//, '').replaceAll('"', '') === etag);

/** HTTP dates have whole seconds. */
const seconds = (modified: number): number => Math.floor(modified / 1000);

function dateHeader(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : seconds(time);
}

/** Whether a read continues, was not modified, or throws PreconditionFailed; in the order of RFC 9110, section 13.2.2. */
export function checkRead(object: StoredObject, header: Header): 'send' | 'not-modified' {
  const ifMatch = header('if-match');
  const ifNoneMatch = header('if-none-match');
  const modifiedSince = dateHeader(header('if-modified-since'));
  const unmodifiedSince = dateHeader(header('if-unmodified-since'));
  if (ifMatch !== undefined) {
    if (!listsTag(ifMatch, object.etag)) throw s3Error('PreconditionFailed');
  } else if (unmodifiedSince !== undefined && seconds(object.modified) > unmodifiedSince)
    throw s3Error('PreconditionFailed');
  if (ifNoneMatch !== undefined) return listsTag(ifNoneMatch, object.etag) ? 'not-modified' : 'send';
  return modifiedSince !== undefined && seconds(object.modified) <= modifiedSince ? 'not-modified' : 'send';
}

/** The conditions on the source of a copy; a source that fails any of them is refused. */
export function checkCopySource(source: StoredObject, header: Header): void {
  if (checkRead(source, (name) => header(`x-amz-copy-source-${name}`)) === 'not-modified')
    throw s3Error('PreconditionFailed');
}

/** First and last byte (inclusive) of a single range, or undefined when the whole is to be sent. */
export function readRange(text: string | undefined, size: number): { start: number; end: number } | undefined {
  // S3 answers several ranges, or an invalid one, with the whole object.
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(text?.replaceAll(' ', '') ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1] ?? '', match[2] ?? ''];
  if (first === '') {
    const length = Math.min(Number(last), size);
    if (length === 0) throw s3Error('InvalidRange');
    return { start: size - length, end: size - 1 };
  }
  if (last !== '' && Number(last) < Number(first)) return undefined;
  if (Number(first) >= size) throw s3Error('InvalidRange');
  return { start: Number(first), end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}
