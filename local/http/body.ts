import type { IncomingMessage } from 'node:http';

/** How long a client may keep sending a refused body, before its connection is closed. */
const LINGER_MS = 5_000;

/** Whether the announced length alone refuses the body; checked before `100 Continue` invites the client to send it. */
export const announcesTooMuch = (request: IncomingMessage, limit: number): boolean =>
  Number(request.headers['content-length'] ?? 0) > limit;

/**
 * Reads on and drops everything, so that a client that is still sending gets to read the refusal: closing with unread
 * bytes would reset the connection and take the answer with it.
 */
export const discardBody = (request: IncomingMessage): void => {
  const cut = setTimeout(() => request.socket.destroy(), LINGER_MS);
  cut.unref();
  request.once('close', () => clearTimeout(cut));
  request.resume();
};

/**
 * Collects a body of at most `limit` bytes. Undefined when it is longer: never more than the limit is held, and the rest is
 * dropped on arrival. Rejects when the client disconnects before the end.
 */
export const collectBody = (request: IncomingMessage, limit: number): Promise<Buffer | undefined> => {
  if (announcesTooMuch(request, limit)) {
    discardBody(request);
    return Promise.resolve(undefined);
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= limit) {
        chunks.push(chunk);
        return;
      }
      request.off('data', onData);
      chunks.length = 0;
      discardBody(request);
      resolve(undefined);
    };
    request.on('data', onData);
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', reject);
  });
};
