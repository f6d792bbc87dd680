import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import type { FileMetadata } from '../../../functions/domain/file-metadata.ts';
import type { FileText } from '../../../functions/domain/text.ts';
import type { Answer, Client } from '../client.ts';
import type { ExpectedFile, Spot } from './expected.ts';

/** A rendition as a client gets it by its address. */
export interface Fetched {
  readonly format: string | undefined;
  readonly frames: number;
  readonly size: readonly [width: number, height: number];
  /** EXIF, XMP, IPTC or a profile came along. */
  readonly tells: boolean;
  readonly colourAt: (x: number, y: number) => Spot[2];
}

/** All that came of one file. */
export interface Followed {
  readonly mediaId: string;
  readonly status: string;
  readonly code: string | null;
  /** Of what was refused, the status of its content's address. */
  readonly content?: number;
  readonly fileSize: number;
  readonly record?: Answer['body'];
  readonly renditions?: Readonly<Record<string, Fetched>>;
  readonly metadata?: FileMetadata;
  readonly text?: FileText | { readonly code: string };
}

/** A page takes a second or two to recognize, and others wait in front. */
const PATIENCE_MILLISECONDS = 240_000;

/** Uploads a file as a client does, and asks for its record, every rendition, its metadata and its text. */
export const follow = async (api: Client, file: ExpectedFile): Promise<Followed> => {
  const bytes = await file.bytes();
  const about = { name: file.name, type: file.type, bytes };
  const announced = await api.announce(about);
  if (announced.status !== 201) {
    return { mediaId: '', status: 'announced', code: announced.body.details.code, fileSize: bytes.length };
  }
  const { id, mediaId, request } = announced.body.data;
  const stored = await api.put(request, bytes);
  if (stored.status !== 200) throw new Error(`PUT answered ${stored.status}: ${await stored.text()}`);
  const { status, code } = await api.outcome(id, PATIENCE_MILLISECONDS);
  const ended = { mediaId, status, code, fileSize: bytes.length };
  if (status !== 'active' || file.becomes.status !== 'active') {
    return { ...ended, content: (await api.call('GET', `/api/v1/media/${mediaId}/content`)).status };
  }
  const record = (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
  const metadata = (await api.call('GET', `/api/v1/media/${mediaId}/metadata`)).body.data;
  const followed = { ...ended, record, metadata, renditions: await renditionsOf(record) };
  return file.becomes.text === 'unasked' ? followed : { ...followed, text: await textOf(api, mediaId) };
};

const renditionsOf = async ({
  renditions,
}: {
  renditions: Record<string, { url: string }>;
}): Promise<Record<string, Fetched>> => {
  const all: Record<string, Fetched> = {};
  for (const [name, { url }] of Object.entries(renditions)) all[name] = await fetched(url);
  return all;
};

/** Follows the address of a picture to its end. */
export const fetched = async (url: string): Promise<Fetched> => {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  const image = sharp(Buffer.from(await answer.arrayBuffer()));
  const { format, pages = 1, exif, xmp, iptc, icc } = await image.metadata();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return {
    format,
    frames: pages,
    size: [info.width, info.height],
    tells: [exif, xmp, iptc, icc].some((part) => part !== undefined),
    colourAt: (x, y) => {
      const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
      const step = (channel: number): number => Math.round((data[at + channel] ?? 0) / 64);
      return [step(0), step(1), step(2)];
    },
  };
};

/** Asks as a script does: once, and then how far it is. English alone, which is quicker than all. */
const textOf = async (api: Client, mediaId: string): Promise<FileText | { code: string }> => {
  const begin = () => api.call('POST', `/api/v1/media/${mediaId}/extract-text`, { json: { language: 'en' } });
  let answer = await begin();
  // A person has four texts read at a time.
  for (const deadline = Date.now() + PATIENCE_MILLISECONDS; [202, 429].includes(answer.status); await pause(200)) {
    if (Date.now() > deadline) throw new Error(`the text of ${mediaId} is still being read`);
    answer = answer.status === 429 ? await begin() : await api.call('GET', `/api/v1/media/${mediaId}/text?language=en`);
  }
  if (answer.status !== 200) return { code: answer.body.details.code };
  return answer.body.data.status === 'done' ? answer.body.data : { code: answer.body.data.code };
};
