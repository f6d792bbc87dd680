/** A thread that reads what one file says of itself, and ends. */
import { cachedSource } from '../formats/cached-source.ts';
import { answerInThread } from '../sandbox/in-thread.ts';
import type { Parts, ReaderName } from './read-in-sandbox.ts';

/** Sound, film and PDF are read in ranges. The index of a film of hours takes some megabytes. */
const MOST_READ = 24 * 2 ** 20;

await answerInThread<ReaderName, Parts>(async (reader, source) => {
  const read =
    reader === 'pdf'
      ? (await import('./pdf-metadata.ts')).readPdf
      : (await import('./sound-and-film.ts')).readSoundOrFilm;
  return read(cachedSource(source, { most: MOST_READ }));
});
