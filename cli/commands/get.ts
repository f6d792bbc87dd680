import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Media } from '../../client/node.ts';
import { openShelf } from '../account.ts';
import { type Command, isSet, say, textFlag } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { namedAfterType } from '../media-types.ts';
import { safeName } from '../safe-name.ts';
import { refuseTaken, saveFile } from '../save-file.ts';
import { plain, sizeText } from '../terminal.ts';

const RENDITIONS = ['small', 'medium', 'large'] as const;
type Rendition = (typeof RENDITIONS)[number];

/** A record's name as the name of a file in this folder, with an ending of its type. */
const localName = ({ filename, mimeType }: Media, rendition: Rendition | undefined): string => {
  if (rendition === undefined) return safeName(namedAfterType(filename, mimeType));
  const ending = `.${rendition}.webp`;
  return safeName(`${filename.replace(/(?<=.)\.[^.]+$/, '')}${ending}`, ending);
};

/**
 * Whether the bytes of a record lie at an address that its maker chose. The library's own addresses hold the id of their record,
 * which is drawn after the maker chose one.
 */
const liesElsewhere = ({ id, url }: Media): boolean => typeof url === 'string' && !url.includes(`/m/${id}/`);

/** Asks the address itself: it is told nothing that the library is told. */
const contentElsewhere = async ({ url }: Media, signal: AbortSignal): Promise<Response> => {
  const response = await fetch(String(url), { signal });
  if (response.ok) return response;
  throw new Error(`${plain(String(url))} answered ${response.status}`);
};

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

The download is compared with size and checksum of the record, and gets its name only when it is complete.
On standard output it is printed before that: a damaged one ends with 1.

  -o, --output FILE    where to; - is standard output. Otherwise the record's name, made safe, in this folder
  --rendition NAME     small, medium or large in place of the original
  --force              overwrite an existing file
  --elsewhere          download external files too, from the address that the maker of the record chose
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
    elsewhere: { type: 'boolean' },
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
    const isElsewhere = rendition === undefined && liesElsewhere(record);
    if (isElsewhere && !isSet(given, 'elsewhere')) {
      throw new Error(
        `${plain(id)} lies at ${plain(String(record.url))}, which its maker chose; --elsewhere asks there`,
      );
    }
    const path = textFlag(given, 'output') ?? localName(record, rendition);
    const saving = { overwrite: isSet(given, 'force') };
    if (path !== '-') await refuseTaken(path, saving);
    const { body } = await (isElsewhere ? contentElsewhere(record, signal) : shelf.content(id, { rendition, signal }));
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
    const { sha256, bytes } = await saveFile(path, saving, async (draft) => {
      await pipeline(content, stream, draft, { signal });
      return checked();
    });
    say(terminal, isSet(given, 'json') ? { id, path, bytes, sha256 } : `${plain(path)}: ${sizeText(bytes)}`);
    return EXIT.ok;
  },
};
