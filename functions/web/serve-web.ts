import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { WebFile, WebShell } from '../dialects/v1/web-page.ts';
import { notFound } from '../domain/errors.ts';

export interface WebDeps {
  /** The names of the built files beside the function's code, compressed: `<name>.gz`. */
  readonly names: readonly string[];
  /** Reads a file beside the function's code. */
  readonly read: (name: string) => Promise<Uint8Array>;
  readonly publicUrl: string;
  /** The address of the WebSocket API. */
  readonly socketUrl: string;
  /** The address of the bucket. */
  readonly filesUrl: string;
  /** Whether the stack sends mail: `on` or `off`. */
  readonly mail: string;
  /** How many days a deleted file is kept. */
  readonly retentionDays: number;
  /** The page is behind an edge, where cookies open pictures. */
  readonly hasEdge: boolean;
}

interface Asked {
  readonly unpack: boolean;
}

interface AskedPage extends Asked {
  /** The path below the dashboard's address. */
  readonly path: string;
  /** The versions that the caller has. */
  readonly known: readonly string[];
  /** The browser sent a session cookie, valid or not. */
  readonly hasSession: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
  webmanifest: 'application/manifest+json',
};

const SHELL = 'index.html';
/** The document for visitors of a share link. */
const SHARED = 'shared.html';
const DOCUMENTS: readonly string[] = [SHELL, SHARED];
const documentAt = (path: string): string => (/^s\/?$/.test(path) ? SHARED : SHELL);
const PACKED = '.gz';
/** A page at the API's own host finds the WebSocket beside it, under whichever name of the host it was opened. */
const SOCKET_META = 'name="mediashelf:socket" content=""';
/** A page without a session cookie asks for the password at once, in place of a request that would be refused. */
const SESSION_META = 'name="mediashelf:session" content=""';
const MAIL_META = 'name="mediashelf:mail" content=""';
const RETENTION_META = 'name="mediashelf:retention" content=""';
const EDGE_META = 'name="mediashelf:edge" content=""';

const hostOf = (url: string): string => new URL(url).host;

/** Serves the built dashboard: its files by name, and its document at every other address. */
export const serveWeb = ({ names, read, publicUrl, socketUrl, filesUrl, mail, retentionDays, hasEdge }: WebDeps) => {
  const known = new Set(names.filter((name) => name.endsWith(PACKED)).map((name) => name.slice(0, -PACKED.length)));
  const packedOf = async (name: string): Promise<Uint8Array> => {
    // The name is looked up in a list of the built files, so no other file can be read.
    if (!known.has(name)) throw notFound('Page');
    return read(name + PACKED);
  };

  const openShell = async (document: string, hasSession: boolean): Promise<Omit<WebShell, 'isKnown'>> => {
    const built = gunzipSync(await packedOf(document)).toString('utf8');
    const socket = hostOf(socketUrl) === hostOf(publicUrl) ? '' : socketUrl;
    const text = built
      .replace(SOCKET_META, SOCKET_META.replace('""', `"${socket}"`))
      .replace(SESSION_META, SESSION_META.replace('""', hasSession ? '"some"' : '"none"'))
      .replace(MAIL_META, MAIL_META.replace('""', `"${mail}"`))
      .replace(RETENTION_META, RETENTION_META.replace('""', `"${retentionDays}"`))
      .replace(EDGE_META, EDGE_META.replace('""', hasEdge ? '"some"' : '"none"'));
    return {
      type: 'text/html; charset=utf-8',
      packed: gzipSync(text, { level: 9 }),
      etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`,
      // With its scheme on loopback, where it is plain http.
      filesHost: new URL(filesUrl).origin,
      socketUrl,
    };
  };
  const shells = new Map<string, ReturnType<typeof openShell>>();

  return {
    page: async ({ input: { path, known: versions, hasSession, unpack } }: { input: AskedPage }) => {
      const document = documentAt(path);
      const name = `${document} ${hasSession}`;
      const opened = shells.get(name) ?? openShell(document, hasSession);
      shells.set(name, opened);
      const page = await opened;
      return { ...page, unpack, isKnown: versions.includes(page.etag) };
    },
    file: async ({
      input: { file, unpack },
    }: {
      input: Asked & { readonly file: string };
    }): Promise<WebFile & Asked> => {
      const type = TYPES[file.split('.').at(-1) ?? ''];
      if (type === undefined || DOCUMENTS.includes(file)) throw notFound('Page');
      return { type, packed: await packedOf(file), unpack };
    },
  };
};
