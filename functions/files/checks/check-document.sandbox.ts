/** A thread that checks one document, and ends. */
import { answerInThread } from '../../sandbox/in-thread.ts';
import { checkDocument } from './check-document.ts';

/** All of a document, and what it was announced as. */
export interface DocumentCheck {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
}

await answerInThread(({ bytes, mimeType }: DocumentCheck) => checkDocument(Buffer.from(bytes), mimeType, true));
