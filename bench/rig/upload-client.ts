import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Api, Send } from './http-requests.ts';
import type { BenchPhoto } from './photos.ts';

/** Resolves with the record once it is announced over the WebSocket, as a dashboard would learn of it. */
export const announcements = async ({ ws, apiKey }: { readonly ws: string; readonly apiKey: string }) => {
  const socket = new WebSocket(ws, { headers: { authorization: `Bearer ${apiKey}` } });
  await once(socket, 'open');
  const known = new Map<string, PromiseWithResolvers<Announced>>();
  const of = (mediaId: string): PromiseWithResolvers<Announced> => {
    const found = known.get(mediaId) ?? Promise.withResolvers<Announced>();
    known.set(mediaId, found);
    return found;
  };
  socket.on('message', (text) => {
    const { event, data } = JSON.parse(String(text)) as { event: string; data: Announced & { mediaId?: string } };
    if (event === 'media.created') of(data.id).resolve(data);
    if (event === 'upload.failed')
      of(data.mediaId ?? '').reject(new Error(`an upload failed: ${JSON.stringify(data)}`));
  });
  return { active: (mediaId: string) => of(mediaId).promise, close: () => socket.close() };
};

interface Announced {
  readonly id: string;
  readonly renditions: Readonly<Record<string, { readonly url: string }>>;
}

export interface Ticket {
  readonly id: string;
  readonly mediaId: string;
  readonly request: { readonly url: string; readonly headers: Record<string, string> };
}

/** Requests an upload. */
export const announceFile = async (api: Api, { name, bytes }: Pick<BenchPhoto, 'name' | 'bytes'>): Promise<Ticket> =>
  (await api.post('/uploads', { filename: name, fileSize: bytes.length, mimeType: 'image/jpeg' })).body.data;

/** Stores the bytes by the signed request. */
export const putFile = async (send: Send, { request }: Ticket, bytes: Buffer): Promise<void> => {
  const { status, body } = await send(request.url, { method: 'PUT', headers: request.headers, body: bytes });
  if (status !== 200) throw new Error(`PUT answered ${status}: ${body}`);
};
