// MEDIASHELF_URL=http://127.0.0.1:3000 MEDIASHELF_KEY=sk_live_... node upload.js photo.jpg image/jpeg
import { createClient, fileSource } from '@mediashelf/client';

const [path, type] = process.argv.slice(2);
const shelf = createClient({ url: process.env.MEDIASHELF_URL, apiKey: process.env.MEDIASHELF_KEY });
const { status, mediaId, message } = await shelf.upload(await fileSource(path, { type }), {
  fields: { title: 'From Node.js' },
  onProgress: ({ phase, bytes, totalBytes }) => console.error(`${phase} ${bytes} of ${totalBytes}`),
});
if (status !== 'active' && status !== 'duplicate') throw new Error(`${status}: ${message}`);
const media = await shelf.call('GET /api/v1/media/{id}', { path: { id: mediaId } });
console.log(JSON.stringify({ id: media.id, url: media.url, width: media.width, height: media.height }));
