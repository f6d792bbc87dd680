/** A thread that checks one document, and ends. */
import { answerInThread } from '../../sandbox/in-thread.ts';
import { checkDocument } from './check-document.ts';

/** A whole document, and its announced type. */
export interface DocumentCheck {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
}

await answerInThread(({ bytes, mimeType }: DocumentCheck) => checkDocument(Buffer.from(bytes), mimeType, true));
