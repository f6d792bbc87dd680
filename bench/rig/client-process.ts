/**
 * One upload by the client, in a separate process, whose memory is the client's alone: `node client-process.ts API KEY FILE`.
 * Prints its duration, its peak memory, and its number of requests.
 */
import { createClient, fileSource } from '../../client/node.ts';

const [url = '', apiKey = '', path = ''] = process.argv.slice(2);
let requests = 0;
const counting: typeof fetch = (...parameters) => {
  requests += 1;
  return fetch(...parameters);
};
const shelf = createClient({ url, apiKey, fetch: counting });
const film = await fileSource(path, { type: 'video/mp4' });
const start = performance.now();
const { uploadId } = await shelf.store(film, {
  fields: { multipart: true },
  onPart: ({ status }) => {
    if (status === 'sending') requests += 1;
  },
});
const seconds = (performance.now() - start) / 1000;
const memory = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ uploadId, seconds, memory, requests })}\n`);
