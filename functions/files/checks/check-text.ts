import { type CheckResult, passed } from './check.ts';
import { isActiveText, isHtml, type TextCheck, type TextHead } from './inspect-text.ts';
import { contentMismatch, unsupported } from './outcome.ts';

const isInert = (head: TextHead): boolean => !isActiveText(head);

/** How a text of each type may begin. */
const BEGINNINGS: Readonly<Record<string, (head: TextHead) => boolean>> = {
  'text/plain': isInert,
  'text/csv': isInert,
  // Markdown often begins with a tag; a whole page is not Markdown.
  'text/markdown': (head) => isHtml(head) === false,
  'text/html': (head) => isHtml(head) === true,
};

/** Whether a type is a text, which is checked by its beginning and as a stream. */
export const isTextType = (mimeType: string): boolean => mimeType.startsWith('text/');

/** The result of checking a text after its end. */
export const checkText = (head: TextHead, mimeType: string, text: Pick<TextCheck, 'end'>): CheckResult => {
  const allows = Object.hasOwn(BEGINNINGS, mimeType) ? BEGINNINGS[mimeType] : undefined;
  if (!allows) return unsupported(mimeType);
  return text.end() && allows(head) ? passed() : contentMismatch(mimeType);
};
