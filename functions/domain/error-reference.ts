import type { ErrorCode } from './errors.ts';
import type { TextFailure } from './text.ts';
import type { RefusalCode } from './upload.ts';

/** The meaning of a code, and what a client does about it. `docs/errors.md` is generated from these texts. */
interface Entry {
  readonly meaning: string;
  readonly remedy: string;
}

/** The codes of errors that a call is answered with. A code without an entry does not compile. */
export const ERROR_REFERENCE: Readonly<Record<ErrorCode, Entry>> = {
  VALIDATION: {
    meaning: 'A field, parameter or header is missing or has a wrong form or value. `errors` names each field.',
    remedy: 'Correct the fields that `errors` names.',
  },
  UNKNOWN_FIELD: {
    meaning: 'The body or the query has a field that the route does not document.',
    remedy: 'Remove the field; a misspelt name is the usual cause.',
  },
  INVALID_JSON: {
    meaning: 'The body is not JSON, or has half of a surrogate pair in a text.',
    remedy: 'Send valid JSON in UTF-8.',
  },
  EMPTY_FILE: { meaning: 'The file has no bytes.', remedy: 'Send a file with content.' },
  NO_FILES: {
    meaning: 'The form has no file in the field in which the route expects one.',
    remedy: 'Send the file in the field that the message names.',
  },
  FILE_REFUSED: {
    meaning:
      'A file of the form was read and refused; none of the form is stored. `errors` has an upload code for each.',
    remedy: 'Remove or replace the files that `errors` names, and send the form again.',
  },
  AMBIGUOUS_CREDENTIALS: {
    meaning: 'The call carries two credentials, or one cookie with two values.',
    remedy: 'Send one credential.',
  },
  UNAUTHORIZED: {
    meaning: 'There is no credential, or it is wrong, expired or revoked.',
    remedy: 'Refresh the access token once, or sign in.',
  },
  FORBIDDEN: {
    meaning: "The caller's role or scopes do not allow the call.",
    remedy: 'Use a credential with the scope that the message names, or ask an owner of the team.',
  },
  CROSS_SITE: {
    meaning: 'A page of another site sent the call with a cookie.',
    remedy: 'Name the origin in the setting `allowedOrigins`, or send a token in `Authorization`.',
  },
  NOT_FOUND: {
    meaning: 'The id does not exist, or the caller may not see what it names. The two are answered alike.',
    remedy: 'Check the id and the team; do not repeat the call.',
  },
  CONFLICT: {
    meaning: 'The state does not allow the call: the name is taken, a number is used up, or another call was first.',
    remedy: 'Read the current state, then decide anew. With `Retry-After`, repeat the call after that time.',
  },
  CONTENT_UNAVAILABLE: {
    meaning: 'The record is there, but its file is missing, external or cannot be drawn.',
    remedy: 'Show the record without the file, or upload the file again.',
  },
  MAIL_OFF: {
    meaning: 'This deployment sends no mail.',
    remedy: 'Ask its operator for a new password, or to switch on the setting `mail`.',
  },
  UPLOAD_EXPIRED: { meaning: 'The time of the upload is over.', remedy: 'Create a new upload.' },
  PRECONDITION_FAILED: {
    meaning: 'The record has another version than `If-Match` names: another call changed it. Nothing was changed.',
    remedy: 'Show the changes of both; `current` has the record as it is. Then send the call with its version.',
  },
  TOO_LARGE: {
    meaning: 'The body, form or file is larger than its limit, which the message names.',
    remedy: 'Send less at once; upload a large file by a signed request. See [limits](limits.md).',
  },
  QUOTA_EXCEEDED: {
    meaning: 'The team has no room left for bytes or records.',
    remedy: 'Delete records for good, or have the operator raise `quotaPerTeam` or `recordsPerTeam`.',
  },
  TYPE_NOT_ALLOWED: {
    meaning: 'Files of this type are not accepted, or the operation does not exist for them.',
    remedy: 'Send another type; see [files](files.md).',
  },
  KEY_REUSED: {
    meaning: 'The `Idempotency-Key` was used for another request within a day.',
    remedy: 'Use a new key for each new request.',
  },
  RATE_LIMITED: {
    meaning: 'The caller exceeded a limit: calls per minute, wrong passwords, uploads begun or results drawn.',
    remedy: 'Wait as long as `Retry-After` says.',
  },
  INTERNAL: {
    meaning: 'A fault of the server. Whether the call took effect is not known.',
    remedy: 'Repeat reads and calls with an `Idempotency-Key`; report the `x-request-id`.',
  },
  BUSY: {
    meaning: 'Too many calls meet at one place, or a service that the call needs does not answer.',
    remedy: 'Repeat the call after `Retry-After`.',
  },
  UPLOADS_OFF: {
    meaning: 'The operator switched uploads off (`uploadsEnabled`).',
    remedy: 'Try again later; ask the operator.',
  },
};

/** Why an uploaded file did not become a record: `code` of an upload, and of `errors` where a form was refused. */
export const UPLOAD_CODES: Readonly<Record<RefusalCode, Entry>> = {
  CONTENT_MISMATCH: {
    meaning: '`rejected`: the content is not of the announced type.',
    remedy: 'Announce the type that the file has.',
  },
  SIZE_MISMATCH: {
    meaning: '`rejected`: the file has another size than announced.',
    remedy: 'Upload the file again; it changed or was cut on the way.',
  },
  CHECKSUM_MISMATCH: {
    meaning: '`rejected`: the SHA-256 is not the announced one.',
    remedy: 'Upload the file again; it changed or was damaged on the way.',
  },
  HEADERS_NOT_ALLOWED: {
    meaning: '`rejected`: the object carries headers that would change what is served.',
    remedy: 'Send exactly the headers that the signed request names.',
  },
  PIXEL_LIMIT: {
    meaning: '`rejected`: the picture has more pixels than are decoded.',
    remedy: 'Upload a smaller picture.',
  },
  ARCHIVE_LIMIT: {
    meaning: '`rejected`: the document unpacks to more bytes, parts or levels than accepted.',
    remedy: 'Save the document without embedded archives, or split it.',
  },
  WORK_LIMIT: {
    meaning: '`rejected`: the headers of the picture promise more scans, pieces or unpacked text than accepted.',
    remedy: 'Save the picture again with a common program.',
  },
  ENCRYPTED: {
    meaning: '`rejected`: the document has a password, so it cannot be verified.',
    remedy: 'Save the document without a password.',
  },
  MALWARE: { meaning: '`rejected`: the scanner found malware.', remedy: 'Do not upload the file.' },
  SCAN_FAILED: {
    meaning: '`failed`: the scanner cannot scan the file.',
    remedy: 'Upload another form of the file; ask the operator which files the scanner reads.',
  },
  UNSUPPORTED: {
    meaning: '`rejected`: files of this type cannot be verified.',
    remedy: 'Send a type of the list in [files](files.md).',
  },
  OVERTAKEN: {
    meaning: '`expired`: the file that this one was to replace was replaced or removed meanwhile.',
    remedy: 'Read the record, then decide whether to replace its file again.',
  },
  NOT_PERMITTED: {
    meaning: '`rejected`: the person or key that announced the file may not upload any more.',
    remedy: 'Upload with a credential that may.',
  },
  DECODE_ERROR: {
    meaning: '`failed`: the file is damaged, incomplete, or takes too much time or memory to decode.',
    remedy: 'Check the file in a program; save it again and upload it.',
  },
};

/** Why there is no text of a file: `code` of an extraction. */
export const TEXT_CODES: Readonly<Record<TextFailure, Entry>> = {
  ENCRYPTED: { meaning: 'The document has a password.', remedy: 'Replace it by one without a password.' },
  DAMAGED: { meaning: 'The file cannot be read to its end.', remedy: 'Replace the file.' },
  TOO_LARGE: {
    meaning: 'The file, what it unpacks to or a picture in it is larger than is read.',
    remedy: 'Ask for fewer `pages`, or split the document.',
  },
  TIME_LIMIT: { meaning: 'Reading took too long.', remedy: 'Ask for fewer `pages`.' },
  TYPE_NOT_ALLOWED: { meaning: 'No text is read from files of this type.', remedy: 'Convert the file.' },
  UNREADABLE: {
    meaning: 'The file is missing, or reading it failed at every attempt.',
    remedy: 'Save the file again with another program, and replace it.',
  },
};

/** The codes of a reference, for a schema that lists them. */
export const codesOf = <Code extends string>(reference: Readonly<Record<Code, unknown>>): [Code, ...Code[]] =>
  Object.keys(reference) as [Code, ...Code[]];
