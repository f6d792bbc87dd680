import { MediaError } from '../../domain/errors.ts';
import { fittingText } from '../../domain/fitting-text.ts';
import { type FileText, TextError, type TextFault } from '../../domain/text.ts';

/** A sandbox's answer on the text of a file: refusals are values, since errors lose their class between threads. */
export type ReadingAnswer =
  | { readonly kind: 'text'; readonly text: FileText }
  | { readonly kind: 'refused'; readonly code: TextFault | 'TYPE_NOT_ALLOWED'; readonly message: string };

/** Turns the text as far as an answer carries it, or the reason for none, into the answer of a sandbox. */
export const wordReading = (reading: Promise<FileText>): Promise<ReadingAnswer> =>
  reading.then(
    (text): ReadingAnswer => ({ kind: 'text', text: fittingText(text) }),
    (error): ReadingAnswer => {
      if (error instanceof TextError) return { kind: 'refused', code: error.code, message: error.message };
      if (error instanceof MediaError && error.code === 'TYPE_NOT_ALLOWED') {
        return { kind: 'refused', code: error.code, message: error.message };
      }
      throw error;
    },
  );

/** The text of an answer; throws its refusal. */
export const unpackReading = (answer: ReadingAnswer): FileText => {
  if (answer.kind === 'text') return answer.text;
  const { code, message } = answer;
  throw code === 'TYPE_NOT_ALLOWED' ? new MediaError(code, message) : new TextError(code, message);
};
