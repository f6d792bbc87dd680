import { type ClientOptions, type Mediashelf, openClient } from './client.ts';
import { blobSource } from './node/blob-source.ts';

export * from './index.ts';
export { type FileSourceOptions, fileSource } from './node/file-source.ts';

/**
 * A client of a Mediashelf library for a program.
 *
 *     const shelf = createClient({ url: 'https://media.example.com', apiKey: 'sk_live_...' });
 *     const film = await fileSource('film.mp4', { type: 'video/mp4' });
 *     const { status, mediaId } = await shelf.upload(film, { fields: { title: 'Harbour' } });
 */
export const createClient = (options: ClientOptions): Mediashelf => openClient(options, { sourceOf: blobSource });
