import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isDiskFull } from '../disk-reserve.ts';
import { isOwnHost, LOOPBACK, listenOn } from '../loopback.ts';
import type { AccessControl, ListeningService } from '../ports.ts';
import { AwsError } from '../ports.ts';
import { openBlobFolder, type Space } from './blobs.ts';
import type { BucketConfig } from './buckets.ts';
import { corsHeaders } from './cors.ts';
import { openDatabase } from './database.ts';
import { s3Error } from './errors.ts';
import type { LifecycleReport } from './lifecycle.ts';
import { applyLifecycle } from './lifecycle.ts';
import { type ObjectTable, openObjectTable } from './object-table.ts';
import type { Notify } from './outbox.ts';
import { openOutbox } from './outbox.ts';
import { createPublisher } from './publisher.ts';
import type { S3Engine, S3Reply, S3Target } from './request.ts';
import { readTarget } from './request.ts';
import { route } from './router.ts';
import { openUploadTable } from './upload-table.ts';
import { verifyBytes } from './verified-bytes.ts';
import { xmlError } from './xml.ts';

/** Settings of the local S3. */
export interface S3Options {
  /** Has `s3.sqlite` and the blobs. */
  readonly dataDir: string;
  /** Taken if it is free; 0 takes any free one. */
  readonly port: number;
  readonly access: AccessControl;
  readonly buckets: readonly BucketConfig[];
  readonly notify: Notify;
  /** The folder is memory-backed and need not survive: nothing is flushed. */
  readonly memory?: boolean;
  readonly clock?: () => Date;
  /** The space of the disk; that of the folder unless a test gives it. */
  readonly space?: (folder: string) => Promise<Space>;
  /** Hears of each request once it was answered. */
  readonly observe?: (exchange: S3Exchange) => void;
  /** Stands around each request, and may answer in its place. */
  readonly around?: (
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    run: (to: ServerResponse) => Promise<void>,
  ) => Promise<void>;
}

/** A request and its answer, in the sizes that are charged. */
export interface S3Exchange {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly received: number;
  readonly sent: number;
}

/** A running local S3. */
export interface S3Server extends ListeningService {
  /** Applies the lifecycle rules now, as the hourly timer does. */
  applyLifecycle(): LifecycleReport;
  /** Resolves once the queues have accepted all notifications of committed changes. */
  notificationsDelivered(): Promise<void>;
}

const HOUR_MS = 3_600_000;

async function openEngine(options: S3Options) {
  const durable = options.memory !== true;
  await mkdir(options.dataDir, { recursive: true });
  const database = openDatabase(join(options.dataDir, 's3.sqlite'), durable);
  const blobs = await openBlobFolder(join(options.dataDir, 'blobs'), durable, options.space);
  const objects = openObjectTable(database);
  const uploads = openUploadTable(database);
  const outbox = openOutbox(database, options.notify);
  const engine: S3Engine = {
    access: options.access,
    buckets: new Map(options.buckets.map((bucket) => [bucket.name, bucket])),
    blobs,
    bytes: verifyBytes(blobs, (message) => console.error(`S3: ${message}`)),
    objects,
    uploads,
    publisher: createPublisher(database, objects, outbox, blobs),
    clock: options.clock ?? (() => new Date()),
  };
  return { engine, outbox, database };
}

/** Removes blobs without a row, and says of which objects the bytes are missing or cut off. Others are compared when they are read. */
async function checkBlobs({ blobs, objects, uploads }: S3Engine, signal: AbortSignal): Promise<void> {
  const stored = [...objects.segments()];
  await blobs.removeOrphans(new Set([...stored.map(({ blob }) => blob), ...uploads.blobs()]));
  const odd: string[] = [];
  for (const segment of stored) {
    if (signal.aborted) return;
    // An object that was replaced or removed meanwhile is another matter.
    if ((await blobs.oddSegment([segment])) && isStored(objects, segment)) odd.push(segment.key);
  }
  if (odd.length === 0) return;
  const some = odd.slice(0, 3).join(', ');
  console.error(
    `S3: the bytes of ${odd.length} objects are missing or cut off (${some}${odd.length > 3 ? ', ...' : ''}). Reads of them are refused; put back a copy of the data folder, or upload the files again.`,
  );
}

const isStored = (
  objects: ObjectTable,
  { bucket, key, blob }: { bucket: string; key: string; blob: string },
): boolean => objects.get(bucket, key)?.segments.some((each) => each.blob === blob) ?? false;

function failure(error: unknown, id: string, incoming: IncomingMessage): S3Reply {
  const known =
    error instanceof AwsError ? error : s3Error(isDiskFull(error) ? 'InsufficientStorage' : 'InternalError');
  // A client that hangs up is no fault of the server's.
  if (known !== error && !incoming.destroyed) console.error(`S3 request ${id} failed`, error);
  const code = known.code === 'AccessDeniedException' ? 'AccessDenied' : known.code;
  const resource = (incoming.url ?? '/').split('?', 1)[0];
  return {
    status: known.status,
    xml: xmlError({ Code: code, Message: known.message, Resource: resource, RequestId: id, HostId: id }),
  };
}

async function send(
  reply: S3Reply,
  engine: S3Engine,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  extra: Record<string, string>,
): Promise<void> {
  const { status, headers, xml, stored } = reply;
  try {
    for (const [name, value] of Object.entries({ ...headers, ...extra })) {
      if (value !== undefined) outgoing.setHeader(name, value);
    }
    const text = incoming.method === 'HEAD' ? undefined : xml;
    if (xml !== undefined) outgoing.setHeader('content-type', 'application/xml');
    if (text !== undefined) outgoing.setHeader('content-length', Buffer.byteLength(text));
    else if (!stored && status !== 204 && status !== 304 && !outgoing.hasHeader('content-length'))
      outgoing.setHeader('content-length', 0);
    outgoing.writeHead(status);
    if (stored) await pipeline(engine.blobs.read(stored.segments, stored.start, stored.end), outgoing);
    else outgoing.end(text);
  } finally {
    stored?.release();
  }
}

const exchangeOf = ({ method = 'GET', url = '/', headers }: IncomingMessage, outgoing: ServerResponse): S3Exchange => ({
  method,
  url,
  authorization: headers.authorization,
  received: Number(headers['content-length'] ?? 0),
  sent: method === 'HEAD' ? 0 : Number(outgoing.getHeader('content-length') ?? 0),
});

async function serve(engine: S3Engine, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const id = randomBytes(8).toString('hex').toUpperCase();
  let target: S3Target | undefined;
  let reply: S3Reply;
  try {
    if (!isOwnHost(incoming.headers.host)) throw s3Error('AccessDenied', 'This host is not served here.');
    target = readTarget(incoming, outgoing, id, engine.buckets);
    reply = await route(engine, target);
  } catch (error) {
    reply = failure(error, id, incoming);
  }
  const rules = engine.buckets.get(target?.bucketName ?? '')?.corsRules ?? [];
  const cors = incoming.method === 'OPTIONS' ? {} : corsHeaders(rules, incoming.method ?? '', incoming.headers);
  await send(reply, engine, incoming, outgoing, {
    ...cors,
    'x-amz-request-id': id,
    'x-amz-id-2': id,
    server: 'Mediashelf-S3',
  });
}

/**
 * Starts the local S3 on loopback.
 *
 * Bytes are immutable files, everything else is rows. A write streams to a new file, flushes it, and then commits one
 * transaction with the object and its notification, which makes it visible. A crash before it leaves a file without a row,
 * which the next start removes; a crash after it leaves at most a notification that is delivered then.
 */
export async function startS3(options: S3Options): Promise<S3Server> {
  const { engine, outbox, database } = await openEngine(options);
  const stopping = new AbortController();
  const checked = checkBlobs(engine, stopping.signal);
  const underWay = new Set<Promise<void>>();
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const run = (to: ServerResponse) => serve(engine, incoming, to);
    const request = (options.around ? options.around(incoming, outgoing, run) : run(outgoing))
      .then(() => options.observe?.(exchangeOf(incoming, outgoing)))
      .catch(() => void outgoing.destroy())
      .finally(() => underWay.delete(request));
    underWay.add(request);
  };
  // An upload of 5 GiB may take longer than the default limit of a request.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, handle);
  // `100 Continue` waits until the request is verified, so that a refused upload sends no bytes.
  server.on('checkContinue', handle);
  server.on('clientError', (_error, socket) => {
    const body = xmlError({ Code: 'BadRequest', Message: 'An error occurred when parsing the HTTP request.' });
    if (socket.writable)
      socket.end(
        `HTTP/1.1 400 ${STATUS_CODES[400]}\r\nconnection: close\r\ncontent-type: application/xml\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
  });
  const port = await listenOn(server, options.port);
  outbox.wake();
  const timer = setInterval(() => {
    try {
      applyLifecycle(engine);
    } catch (error) {
      console.error('S3 put off its lifecycle rules', error);
    }
  }, HOUR_MS);
  timer.unref();
  return {
    url: `http://${LOOPBACK}:${port}`,
    applyLifecycle: () => applyLifecycle(engine),
    notificationsDelivered: () => outbox.drained(),
    async stop() {
      clearInterval(timer);
      stopping.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await Promise.all(underWay);
      await outbox.stop();
      await checked;
      await engine.blobs.settled();
      database.close();
    },
  };
}
