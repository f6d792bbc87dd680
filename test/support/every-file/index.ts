/** Every kind of file, and what has to become of it: the one table that `journeys/every-file.test.ts` goes through. */
import { DOCUMENTS } from './documents.ts';
import type { ExpectedFile } from './expected.ts';
import { PICTURES } from './pictures.ts';
import { REFUSED } from './refused.ts';
import { SOUNDS_AND_FILMS } from './sounds-and-films.ts';

export type { ExpectedFile, Kept, Refused } from './expected.ts';
export const EVERY_FILE: readonly ExpectedFile[] = [...PICTURES, ...DOCUMENTS, ...SOUNDS_AND_FILMS, ...REFUSED];
