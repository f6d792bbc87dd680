import type { Metadata } from 'sharp';
import { type EmbeddedTexts, type FileMetadata, NO_TEXTS } from '../../domain/file-metadata.ts';
import type { ByteSource } from '../../shared/byte-source.ts';
import { readImageMetadata } from '../pictures/sharp.ts';
import { keywordsOf, lineOf, positiveOf, textOf } from './embedded-text.ts';
import { readExif, readIptc } from './exif.ts';
import { readXmp } from './xmp.ts';

type PictureParts = Pick<FileMetadata, 'picture' | 'camera' | 'location' | 'texts'>;

const DEPTH: Readonly<Record<string, number>> = { uchar: 8, char: 8, ushort: 16, short: 16, float: 32 };

/**
 * Reads the metadata of a picture; undefined when no decoder knows it. The decoder's header extracts the blocks of EXIF and XMP
 * of every format and decodes no pixel; the blocks are parsed here.
 */
export const readPicture = async (source: ByteSource): Promise<PictureParts | undefined> => {
  const { buffer, byteOffset, length } = await source.read(0, source.size);
  const bytes = Buffer.from(buffer, byteOffset, length);
  const header = await readImageMetadata(bytes);
  if (!header) return undefined;
  const exif = header.exif ? readExif(header.exif) : undefined;
  const xmp = header.xmp ? readXmp(header.xmp) : NO_TEXTS;
  const iptc = header.format === 'jpeg' && header.iptc ? readIptc(bytes) : {};
  return {
    picture: {
      ...header.autoOrient,
      orientation: header.orientation ?? 1,
      colorSpace: header.space,
      depth: header.bitsPerSample ?? DEPTH[header.depth] ?? null,
      alpha: header.hasAlpha,
      frames: header.pages ?? 1,
      density: positiveOf(header.density, 0),
    },
    camera: exif?.camera ?? null,
    location: exif?.location ?? null,
    // XMP is what editors write today; IPTC and EXIF are older, and a picture may carry all three.
    texts: firstOf(xmp, iptc, exif?.texts ?? {}, commentsIn(header)),
  };
};

/** The texts of a PNG by their keywords. */
const commentsIn = ({ comments = [] }: Metadata): Partial<EmbeddedTexts> => {
  const text = (name: string): string | undefined => comments.find(({ keyword }) => keyword === name)?.text;
  return {
    title: lineOf(text('Title')),
    caption: textOf(text('Description')),
    keywords: keywordsOf(text('Keywords')),
    author: lineOf(text('Author')),
    copyright: lineOf(text('Copyright')),
  };
};

/** Each text from the first place that has it. */
const firstOf = (...places: readonly Partial<EmbeddedTexts>[]): EmbeddedTexts => {
  const texts = { ...NO_TEXTS };
  for (const place of places) {
    texts.title ??= place.title ?? null;
    texts.caption ??= place.caption ?? null;
    texts.alt ??= place.alt ?? null;
    texts.author ??= place.author ?? null;
    texts.copyright ??= place.copyright ?? null;
    if (texts.keywords.length === 0) texts.keywords = place.keywords ?? [];
  }
  return texts;
};
