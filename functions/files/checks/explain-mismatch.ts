import { fileTypeFromBuffer } from 'file-type';
import { canonicalType, usualEnding } from '../../domain/media-types.ts';
import { isHtml, openText } from './inspect-text.ts';
import { contentMismatch, type Refusal } from './outcome.ts';

/** Enough to detect a type, the first parts of an Office package included; `file-type` takes milliseconds for it. */
const TELLING_BYTES = 64 * 1024;
/** Types that name the packing of bytes, and not their content. */
const PACKINGS = new Set(['application/zip', 'application/x-cfb', 'application/xml']);

const seems = async (head: Buffer, mimeType: string): Promise<string> => {
  const start = head.subarray(0, TELLING_BYTES);
  if (isHtml({ bytes: start, whole: true })) {
    return 'It is a web page, as a download that failed leaves one: fetch the file again, and look at it before you send it.';
  }
  const found = canonicalType((await fileTypeFromBuffer(start).catch(() => undefined))?.mime ?? '');
  const ending = usualEnding(found);
  if (ending !== null && found !== mimeType) {
    return `It is ${found}: upload it as that type, under a name that ends in .${ending}, or convert it.`;
  }
  if (found !== '' && found !== mimeType && !PACKINGS.has(found)) return `It is ${found}: convert it.`;
  const text = openText();
  text.push(start);
  const isText = head.length > 0 && text.end();
  if (mimeType.startsWith('text/')) {
    return isText
      ? 'It begins as a program or a page does, which a browser would run.'
      : 'It has control characters that text does not have: save it as plain text again.';
  }
  if (isText) return 'It is text: upload it as text/plain, under a name that ends in .txt.';
  return 'Open it with the program that it is for, and save it anew as that type.';
};

/** The refusal of a file that is not what was announced, with its apparent type and what its uploader can do. */
export const explained = async <Outcome extends { readonly outcome: string }>(
  outcome: Outcome | Refusal,
  head: Buffer,
  mimeType: string,
): Promise<Outcome | Refusal> => {
  if (!('code' in outcome) || outcome.code !== 'CONTENT_MISMATCH') return outcome;
  const refusal = contentMismatch(mimeType);
  return { ...refusal, message: `${refusal.message} ${await seems(head, mimeType)}` };
};
