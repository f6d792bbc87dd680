import type { Warning } from '../../domain/media.ts';
import {
  eachElement,
  mainPartIn,
  partName,
  RELATIONS_PART,
  readContentTypes,
  TYPES_PART,
} from '../formats/open-packaging.ts';
import { readEntry, readZip, unpackEntry, type ZipEntry, ZipError } from '../formats/zip.ts';
import { type CheckResult, passed } from './check.ts';
import { contentMismatch, damaged, encrypted, rejected } from './outcome.ts';

const MIB = 2 ** 20;
/** All of a document unpacked, nested archives included. */
const MAX_UNPACKED = 512 * MIB;
/** A document that grows more than this when unpacked is made to do so; below the second figure it does no harm. */
const MAX_RATIO = 100;
const HARMLESS = 32 * MIB;
/** A document in a document in a document; mail programs and office suites do not go deeper. */
const MAX_DEPTH = 3;
/** A part that is read as text: types, relations, the manifest. */
const MAX_TEXT = 16 * MIB;
/** An archive inside of the document is opened when it is no larger than any document may be. */
const MAX_NESTED = 64 * MIB;

const OPEN_XML = 'application/vnd.openxmlformats-officedocument';
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument';

/** Declared type -> content type of the part that makes a package a document of it. */
const MAIN_PART: Readonly<Record<string, string>> = Object.fromEntries(
  ['wordprocessingml.document', 'spreadsheetml.sheet', 'presentationml.presentation'].map((name) => [
    `${OPEN_XML}.${name}`,
    `${OPEN_XML}.${name}.main+xml`,
  ]),
);
const OPEN_DOCUMENT_TYPES = new Set(['text', 'spreadsheet', 'presentation'].map((name) => `${OPEN_DOCUMENT}.${name}`));

const PACKED = Buffer.from('PK\x03\x04', 'latin1');

/** Whether bytes begin like an Office file since 2007. */
export const isPackage = (bytes: Buffer): boolean => bytes.subarray(0, 4).equals(PACKED);

/** Names of parts that mean code, embedded files, or content that is fetched when the document opens. */
const NAMES: readonly (readonly [RegExp, Warning])[] = [
  [/(^|\/)vbaProject[^/]*\.bin$|(^|\/)macrosheets\/|^Basic\/.|^Scripts\/.|(^|\/)activeX\//i, 'MACROS'],
  [/(^|\/)embeddings\/./i, 'EMBEDDED_FILES'],
];
/** A relation to elsewhere that is followed without a click: a template, an object, a frame. */
const FOLLOWED = /\/(attachedTemplate|oleObject|frame|subDocument)$/;
/** A sheet of Excel has 65,530 links at most. */
const MAX_RELATIONS = 200_000;
const isRemote = (relations: string): boolean => {
  let remote = false;
  const look = (name: string, { Type = '', TargetMode }: Readonly<Record<string, string>>): void => {
    remote ||= name === 'Relationship' && TargetMode === 'External' && FOLLOWED.test(Type);
  };
  eachElement(relations, look, MAX_RELATIONS);
  return remote;
};

const archiveLimit = () =>
  rejected(
    'ARCHIVE_LIMIT',
    'The document unpacks to more than is accepted, or is packed in a way that hides its size.',
  );

/**
 * Checks an Office or OpenDocument file: its directory, its main part, every part unpacked once with size and checksum, and
 * nested archives. Memory is that of the largest part that is read as text or is an archive itself.
 */
export const checkPackage = async (bytes: Buffer, mimeType: string): Promise<CheckResult> => {
  if (!isPackage(bytes)) return contentMismatch(mimeType);
  try {
    const entries = readZip(bytes);
    const warnings = await identify(bytes, entries, mimeType);
    if (!(warnings instanceof Set)) return warnings;
    const unpacked = await unpackAll(bytes, entries, { left: MAX_UNPACKED, depth: 1, warnings });
    if (unpacked > HARMLESS && unpacked > MAX_RATIO * bytes.length) return archiveLimit();
    return passed(warnings);
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    return error.fault === 'limit' ? archiveLimit() : damaged('document');
  }
};

/** The findings by names and types of the parts; a refusal when they are not those of the declared type. */
const identify = async (bytes: Buffer, entries: readonly ZipEntry[], mimeType: string) => {
  const named = (name: string): ZipEntry | undefined => entries.find((entry) => entry.name === name);
  const part = (name: string): ZipEntry | undefined => entries.find((entry) => partName(entry.name) === partName(name));
  const text = async (entry: ZipEntry): Promise<string> => decode(await readEntry(bytes, entry, MAX_TEXT));
  const warnings = new Set<Warning>();
  for (const { name } of entries) for (const [sign, warning] of NAMES) if (sign.test(name)) warnings.add(warning);

  if (OPEN_DOCUMENT_TYPES.has(mimeType)) {
    const type = named('mimetype');
    if (!type || type.size > 200 || (await text(type)).trim() !== mimeType) return contentMismatch(mimeType);
    const manifest = named('META-INF/manifest.xml');
    if (!manifest || !named('content.xml')) return contentMismatch(mimeType);
    if ((await text(manifest)).includes('encryption-data')) return encrypted();
    return warnings;
  }
  const main = MAIN_PART[mimeType];
  const [types, relations] = [TYPES_PART, RELATIONS_PART].map(part);
  if (!main || !types || !relations) return contentMismatch(mimeType);
  const declared = readContentTypes(await text(types));
  const document = mainPartIn(await text(relations));
  if (document === undefined || !part(document) || declared.of(document) !== main) return contentMismatch(mimeType);
  if (declared.all.some((type) => /vbaProject|macroEnabled/i.test(type))) warnings.add('MACROS');
  return warnings;
};

const decode = (bytes: Buffer): string =>
  bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le') : bytes.toString('utf8');

interface Unpacking {
  readonly left: number;
  readonly depth: number;
  readonly warnings: Set<Warning>;
}

/** Unpacks every entry, and those of nested archives; answers how many bytes they were. */
const unpackAll = async (bytes: Buffer, entries: readonly ZipEntry[], { left, depth, warnings }: Unpacking) => {
  let unpacked = 0;
  if (entries.reduce((sum, { size }) => sum + size, 0) > left) throw new ZipError('limit', 'too much to unpack');
  for (const entry of entries) {
    const kept = await unpackOne(bytes, entry, left - unpacked, warnings);
    unpacked += entry.size;
    if (!kept) continue;
    if (depth === MAX_DEPTH) throw new ZipError('limit', 'archives in archives');
    unpacked += await unpackAll(kept, readZip(kept), { left: left - unpacked, depth: depth + 1, warnings });
  }
  return unpacked;
};

/** Answers the bytes of an entry that is an archive itself. */
const unpackOne = async (bytes: Buffer, entry: ZipEntry, most: number, warnings: Set<Warning>) => {
  const isRelations = /\.rels$/i.test(entry.name);
  const reads = isRelations && entry.size <= MAX_TEXT;
  const pieces: Buffer[] = [];
  let nested = false;
  for await (const piece of unpackEntry(bytes, entry, most)) {
    if (pieces.length === 0) nested = isPackage(piece);
    if (nested && entry.size > MAX_NESTED) throw new ZipError('limit', 'an archive inside is too large');
    if (nested || reads || pieces.length === 0) pieces.push(piece);
  }
  // Relations that are too many to read may lead anywhere.
  if (isRelations && (!reads || isRemote(decode(Buffer.concat(pieces))))) warnings.add('REMOTE_CONTENT');
  return nested ? Buffer.concat(pieces) : undefined;
};
