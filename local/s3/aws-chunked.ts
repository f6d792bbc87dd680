import { createHash, createHmac } from 'node:crypto';
import type { ChunkSigning } from '../iam/sigv4.ts';
import { sameSignature } from '../iam/sigv4.ts';
import { s3Error } from './errors.ts';

/** Chunk headers and trailers are short; a longer line is no chunk header. */
const MAX_LINE = 4096;
const EMPTY_HASH = createHash('sha256').digest('hex');

/** Cuts a stream of buffers into lines and runs of known length. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    return true;
  }

  /** The next line without its CRLF; undefined at the end of the stream. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#rest.toString('latin1', 0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return line;
      }
      if (this.#rest.length > MAX_LINE) throw s3Error('InvalidRequest', 'The chunk header is too long.');
      if (!(await this.#more())) {
        if (this.#rest.length === 0) return undefined;
        throw s3Error('IncompleteBody');
      }
    }
  }

  /** The next `length` bytes as they arrive. */
  async *take(length: number): AsyncGenerator<Buffer> {
    for (let missing = length; missing > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) throw s3Error('IncompleteBody');
      const piece = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(piece.length);
      missing -= piece.length;
      yield piece;
    }
  }
}

/** Checks that each chunk and the trailer are signed, each signature covering the one before. */
function chunkVerifier({ key, seed, amzDate, scope }: ChunkSigning) {
  let previous = seed;
  const verify = (kind: string, hashes: string[], signature: string | undefined): void => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, amzDate, scope, previous, ...hashes].join('\n');
    previous = createHmac('sha256', key).update(text).digest('hex');
    if (!sameSignature(previous, signature ?? '')) throw s3Error('SignatureDoesNotMatch');
  };
  return {
    chunk: (hash: string, signature: string | undefined) => verify('PAYLOAD', [EMPTY_HASH, hash], signature),
    trailer: (text: string, signature: string | undefined) =>
      verify('TRAILER', [createHash('sha256').update(text).digest('hex')], signature),
  };
}

/**
 * Takes the `aws-chunked` framing off a body: `<hex size>[;chunk-signature=...]CRLF data CRLF`, a chunk of size 0, then trailers.
 * With `signing`, chunks (and the trailer, when there is one) have to be signed.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
  signing?: ChunkSigning,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  const verifier = signing && chunkVerifier(signing);
  for (let last = false; !last; ) {
    const header = await reader.line();
    if (header === undefined) throw s3Error('IncompleteBody');
    const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(header);
    if (!match) throw s3Error('InvalidRequest', 'The chunk header is malformed.');
    const size = Number.parseInt(match[1] ?? '', 16);
    const hash = verifier && createHash('sha256');
    for await (const piece of reader.take(size)) {
      hash?.update(piece);
      yield piece;
    }
    verifier?.chunk(hash?.digest('hex') ?? '', match[2]);
    last = size === 0;
    if (!last && (await reader.line()) !== '')
      throw s3Error('InvalidRequest', 'A chunk is longer than its header says.');
  }
  let signedText = '';
  for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    if (name === 'x-amz-trailer-signature') verifier?.trailer(signedText, value);
    else {
      signedText += `${name}:${value}\n`;
      trailers.set(name, value);
    }
  }
}
