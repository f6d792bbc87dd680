import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, rename, rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Media } from '../../client/node.ts';
import { openShelf } from '../account.ts';
import { type Command, isSet, say, textFlag } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { namedAfterType } from '../media-types.ts';
import { plain, sizeText } from '../terminal.ts';

const RENDITIONS = ['small', 'medium', 'large'] as const;
type Rendition = (typeof RENDITIONS)[number];

/** A record's name as the name of a file in this folder: nothing in it leads elsewhere, and its ending is one of its type. */
const localName = ({ filename, mimeType }: Media, rendition: Rendition | undefined): string => {
  const name = plain(filename).replaceAll(/[/\\]/g, '_');
  return rendition ? `${name.replace(/\.[^.]+$/, '')}.${rendition}.webp` : namedAfterType(name, mimeType);
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Lets bytes through, and knows their SHA-256 and number in the end. */
const measuring = () => {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ sha256: hash.digest('base64'), bytes }) };
};

export const get: Command = {
  summary: 'download a file, or show its record',
  help: `mediashelf get ID [-o FILE]

What comes is held against size and checksum of the record, and takes its name only when it is all there.
On standard output it is out by then: what arrived damaged ends with 1.

  -o, --output FILE    where to; - is standard output. Otherwise the record's name, in this folder
  --rendition NAME     small, medium or large in place of the original
  --force              overwrite a file that is there
  --info               show the record and download nothing

Examples
  mediashelf get 1f6c... -o harbour.jpg
  mediashelf get 1f6c... --rendition medium -o - | display
  mediashelf get 1f6c... --info --json
`,
  options: {
    output: { type: 'string', short: 'o' },
    rendition: { type: 'string' },
    force: { type: 'boolean' },
    info: { type: 'boolean' },
  },
  run: async (given, terminal) => {
    const [id, ...more] = given.words;
    if (id === undefined || more.length > 0) throw new UsageError('get takes the id of one record');
    const rendition = textFlag(given, 'rendition') as Rendition | undefined;
    if (rendition !== undefined && !RENDITIONS.includes(rendition)) {
      throw new UsageError(`--rendition takes ${RENDITIONS.join(', ')}, not "${rendition}"`);
    }
    const { signal } = terminal;
    const shelf = await openShelf(terminal, { team: textFlag(given, 'team') });
    const record = await shelf.call('GET /api/v1/media/{id}', { path: { id } });
    if (isSet(given, 'info')) {
      const lines = Object.entries(record).map(
        ([name, value]) => `${name}: ${plain(typeof value === 'string' ? value : JSON.stringify(value))}`,
      );
      say(terminal, isSet(given, 'json') ? record : lines.join('\n'));
      return EXIT.ok;
    }
    const path = textFlag(given, 'output') ?? localName(record, rendition);
    if (path !== '-' && !isSet(given, 'force') && (await exists(path))) {
      throw new UsageError(`${path} is there already; --force overwrites it`);
    }
    const { body } = await shelf.content(id, { rendition, signal });
    const content = Readable.fromWeb((body ?? new Blob([]).stream()) as never);
    const { stream, result } = measuring();
    const checked = (): { sha256: string; bytes: number } => {
      const { sha256, bytes } = result();
      if (rendition !== undefined) return { sha256, bytes };
      const isWhole = bytes === record.fileSize;
      const isSame = record.checksumAlgorithm !== 'SHA256' || record.checksum === sha256;
      if (isWhole && isSame) return { sha256, bytes };
      throw new Error(`${id} arrived damaged: ${bytes} of ${record.fileSize} bytes, with the checksum ${sha256}`);
    };
    if (path === '-') {
      await pipeline(content, stream, terminal.out, { signal, end: false });
      checked();
      return EXIT.ok;
    }
    const draft = `${path}.${randomUUID()}.part`;
    try {
      await pipeline(content, stream, createWriteStream(draft, { flags: 'wx' }), { signal });
      const { sha256, bytes } = checked();
      await rename(draft, path);
      say(terminal, isSet(given, 'json') ? { id, path, bytes, sha256 } : `${plain(path)}: ${sizeText(bytes)}`);
      return EXIT.ok;
    } finally {
      await rm(draft, { force: true });
    }
  },
};
