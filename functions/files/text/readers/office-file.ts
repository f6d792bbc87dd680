import { damagedFile, TextError } from '../../../domain/text.ts';
import { mainPartIn, partName, RELATIONS_PART, readContentTypes, TYPES_PART } from '../../formats/open-packaging.ts';
import { decodeBytes } from '../../formats/text-encoding.ts';
import { readZip, unpackEntry, type ZipEntry, ZipError } from '../../formats/zip.ts';
import { parseXml, type XmlReader } from './parse-xml.ts';
import { TEXT_LIMITS } from './text-limits.ts';

/** The parts of an Office or OpenDocument file. */
export interface OfficeFile {
  has(name: string): boolean;
  /** The main part of a package and its content type; undefined for files that are not Word, Excel or PowerPoint. */
  main(): Promise<{ readonly part: string; readonly type: string } | undefined>;
  /** Reads a part piece by piece; one that is not there is read as empty. */
  read(name: string, reader: XmlReader): Promise<void>;
  /** The relations of a part: id -> name of the other part. */
  relations(of: string): Promise<ReadonlyMap<string, string>>;
}

/** The name of a part in the folder of another. */
export const besideOf = (part: string, name: string): string => part.slice(0, part.lastIndexOf('/') + 1) + name;

const tooLarge = (cause?: unknown): TextError =>
  new TextError('TOO_LARGE', 'The file unpacks to more than is read.', { cause });

const translated = (error: unknown): unknown => {
  if (!(error instanceof ZipError)) return error;
  return error.fault === 'limit' ? tooLarge(error) : damagedFile(error);
};

/** Opens an archive in memory. Entries are unpacked on demand, within the limits. */
export const openOfficeFile = (bytes: Buffer): OfficeFile => {
  let entries: ReadonlyMap<string, ZipEntry>;
  try {
    entries = new Map(readZip(bytes).map((entry) => [partName(entry.name), entry]));
  } catch (error) {
    throw translated(error);
  }
  let left: number = TEXT_LIMITS.unpacked;

  async function* unpacked(entry: ZipEntry): AsyncGenerator<Buffer> {
    if (entry.encrypted) throw new TextError('ENCRYPTED', 'The file is protected by a password.');
    try {
      for await (const piece of unpackEntry(bytes, entry, TEXT_LIMITS.part)) {
        left -= piece.length;
        if (left < 0) throw tooLarge();
        yield piece;
      }
    } catch (error) {
      throw translated(error);
    }
  }

  const whole = async (name: string): Promise<string> => {
    const entry = entries.get(partName(name));
    if (!entry) return '';
    const pieces: Buffer[] = [];
    for await (const piece of unpacked(entry)) pieces.push(piece);
    return decodeBytes(Buffer.concat(pieces));
  };

  const file: OfficeFile = {
    has: (name) => entries.has(partName(name)),
    main: async () => {
      try {
        const part = mainPartIn(await whole(RELATIONS_PART));
        const type = part === undefined ? undefined : readContentTypes(await whole(TYPES_PART)).of(part);
        return part === undefined || type === undefined || !entries.has(part) ? undefined : { part, type };
      } catch (error) {
        throw translated(error);
      }
    },
    read: async (name, reader) => {
      const entry = entries.get(partName(name));
      if (entry) await parseXml(unpacked(entry), reader);
    },
    relations: async (of) => {
      const folder = of.slice(0, of.lastIndexOf('/') + 1);
      const targets = new Map<string, string>();
      await file.read(`${folder}_rels/${of.slice(folder.length)}.rels`, {
        open: (name, { Id, Target, TargetMode }) => {
          if (name !== 'Relationship' || !Id || !Target || TargetMode === 'External') return;
          targets.set(Id, new URL(Target, `part:///${folder}`).pathname.slice(1));
        },
      });
      return targets;
    },
  };
  return file;
};
