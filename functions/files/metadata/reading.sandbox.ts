/** A thread that reads the metadata of one file, and ends. */

import { answerInThread } from '../../sandbox/in-thread.ts';
import { cachedSource } from '../../shared/cached-source.ts';
import type { Parts, ReaderName } from './read-in-sandbox.ts';

/** A PDF is read in ranges. */
const MOST_READ = 24 * 2 ** 20;

await answerInThread<ReaderName, Parts>(async (reader, source) => {
  if (reader === 'pdf') return (await import('./pdf-metadata.ts')).readPdf(cachedSource(source, { most: MOST_READ }));
  return (await import('./sound-and-film.ts')).readSoundOrFilm(source);
});
