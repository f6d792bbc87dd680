import { constants, inflateSync } from 'node:zlib';
import type { Warning } from '../../domain/media.ts';
import { contentMismatch, damaged } from '../outcome.ts';
import { type CheckResult, passed } from './check.ts';

const MIB = 2 ** 20;
/** Readers look for the header among the first 1,024 bytes, and for the end among the last; some writers add a little. */
const HEADER_WITHIN = 1024;
const END_WITHIN = 4096;
/** Object streams hold objects, not pictures: one that is larger, or all together, is looked at no further. */
const MAX_OBJECT_STREAM = 16 * MIB;
const MAX_OBJECT_STREAMS = 64 * MIB;

/** Any letter of a name may be written as # and two hexadecimal digits, which is how scripts are hidden from a search. */
const spelled = (name: string): string =>
  [...name]
    .map(
      (letter) =>
        `(?:${letter}|#${letter
          .charCodeAt(0)
          .toString(16)
          .replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`)})`,
    )
    .join('');
const END_OF_NAME = '(?![\\w#])';
const nameOf = (...names: readonly string[]): string => `/(?:${names.map(spelled).join('|')})${END_OF_NAME}`;

/** Bounded, so that a file of nothing but digits takes no longer than another. */
const OBJECT = /\d{1,10}\s{1,10}\d{1,5}\s{1,10}obj\b/;

const SIGNS: readonly (readonly [RegExp, Warning])[] = [
  [new RegExp(nameOf('JavaScript', 'JS')), 'SCRIPT'],
  [new RegExp(nameOf('Launch')), 'LAUNCH'],
  // An array there is a place to open at, which every word processor writes.
  [new RegExp(`${nameOf('OpenAction', 'AA')}(?!\\s*\\[)`), 'OPEN_ACTION'],
  [new RegExp(nameOf('EmbeddedFile', 'EmbeddedFiles', 'RichMedia')), 'EMBEDDED_FILES'],
  [new RegExp(nameOf('Encrypt')), 'ENCRYPTED'],
];

/**
 * Looks into a PDF: that it begins and ends as one, and whether it runs scripts, starts programs or carries files. Objects
 * in compressed object streams are looked at as well; in an encrypted document those cannot be read.
 */
export const checkPdf = (bytes: Buffer, mimeType: string): CheckResult => {
  if (!bytes.subarray(0, HEADER_WITHIN).includes('%PDF-')) return contentMismatch(mimeType);
  const tail = bytes.subarray(-END_WITHIN);
  if (!tail.includes('%%EOF') && !tail.includes('startxref')) return damaged('document');
  const text = bytes.toString('latin1');
  // Without objects there is nothing to show: HTML between a header and a trailer, for example.
  if (!OBJECT.test(text)) return contentMismatch(mimeType);
  const warnings = new Set<Warning>();
  const look = (part: string): void => {
    for (const [sign, warning] of SIGNS) if (!warnings.has(warning) && sign.test(part)) warnings.add(warning);
  };
  look(text);
  for (const part of objectStreams(bytes)) look(part);
  return passed(warnings);
};

/** The contents of the object streams that are packed in the usual way. */
function* objectStreams(bytes: Buffer): Generator<string> {
  let unpacked = 0;
  // Each search goes on where the one before ended, so that the whole takes the time of one reading.
  for (let at = bytes.indexOf('/ObjStm'); at !== -1; at = bytes.indexOf('/ObjStm', at)) {
    const keyword = bytes.indexOf('stream', at);
    const end = bytes.indexOf('endstream', keyword);
    if (keyword === -1 || end === -1) return;
    const start = keyword + 'stream'.length + (bytes[keyword + 'stream'.length] === 13 ? 2 : 1);
    const content = inflated(bytes.subarray(start, end));
    at = end;
    unpacked += content.length;
    if (unpacked > MAX_OBJECT_STREAMS) return;
    yield content.toString('latin1');
  }
}

const inflated = (packed: Buffer): Buffer => {
  try {
    return inflateSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_OBJECT_STREAM });
  } catch {
    // Another filter, encryption or too much: what cannot be read is not told of.
    return Buffer.alloc(0);
  }
};
