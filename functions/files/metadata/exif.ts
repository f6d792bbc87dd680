import exifReader, { type ExpandedTags, type IncludeTagsOptions } from 'exifreader';
import type { CameraMetadata, EmbeddedTexts, Location } from '../../domain/file-metadata.ts';
import { keywordsOf, lineOf, numberOf, positiveOf, textOf } from './embedded-text.ts';

/** Bytes; a JPEG's segment holds 64 KiB, and no other format needs much more. */
const LONGEST_BLOCK = 1024 * 1024;

/** The fields of an EXIF block, or of the IPTC of a JPEG. */
export interface ExifMetadata {
  readonly camera: CameraMetadata | null;
  readonly location: Location | null;
  readonly texts: Partial<EmbeddedTexts>;
}

const NOTHING: ExifMetadata = { camera: null, location: null, texts: {} };

const tagsIn = (bytes: Buffer, includeTags: IncludeTagsOptions): ExpandedTags | undefined => {
  const head = bytes.subarray(0, LONGEST_BLOCK);
  try {
    return exifReader.loadView(new DataView(head.buffer, head.byteOffset, head.length), {
      includeTags,
      expanded: true,
    });
  } catch {
    return undefined;
  }
};

/** Reads a block of EXIF: a TIFF file without a picture, after a mark that some formats put before it. */
export const readExif = (block: Buffer): ExifMetadata => {
  const tiff = block.subarray(0, 6).toString('latin1') === 'Exif\0\0' ? block.subarray(6) : block;
  const tags = tagsIn(tiff, { exif: true, gps: true });
  return tags?.exif ? { camera: cameraIn(tags), location: locationIn(tags), texts: textsIn(tags) } : NOTHING;
};

/** Reads the IPTC of a JPEG file, which is the one format that has it. */
export const readIptc = (jpeg: Buffer): Partial<EmbeddedTexts> => {
  const iptc = tagsIn(jpeg, { iptc: true })?.iptc as Named | undefined;
  if (!iptc) return {};
  const text = (name: string): unknown => described(iptc[name]);
  const keywords = iptc.Keywords;
  return {
    title: lineOf(text('Object Name')) ?? lineOf(text('Headline')),
    caption: textOf(text('Caption/Abstract')),
    keywords: keywordsOf(Array.isArray(keywords) ? keywords.map(described) : [described(keywords)]),
    author: lineOf(text('By-line')),
    copyright: lineOf(text('Copyright Notice')),
  };
};

const described = (tag: unknown): unknown =>
  typeof tag === 'object' && tag !== null && 'description' in tag ? tag.description : undefined;

type Named = Readonly<Record<string, { readonly value?: unknown } | undefined>>;

/** Single texts are lists of one. */
const plain = (value: unknown): unknown => (Array.isArray(value) && typeof value[0] === 'string' ? value[0] : value);

/** A number, or a fraction as numerator and denominator. */
const amount = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value;
  if (!Array.isArray(value)) return undefined;
  const [above, below] = value;
  if (Array.isArray(above)) return amount(above);
  if (typeof above !== 'number') return undefined;
  return typeof below === 'number' && value.length === 2 ? above / below : above;
};

const cameraIn = (tags: ExpandedTags): CameraMetadata | null => {
  const exif = (tags.exif ?? {}) as Named;
  const value = (name: string): unknown => plain(exif[name]?.value);
  const camera: CameraMetadata = {
    make: lineOf(value('Make')),
    model: lineOf(value('Model')),
    lens: lineOf(value('LensModel')),
    exposureTime: positiveOf(amount(value('ExposureTime')), 6),
    aperture: positiveOf(amount(value('FNumber')), 2),
    iso: positiveOf(amount(value('ISOSpeedRatings') ?? value('PhotographicSensitivity')), 0),
    focalLength: positiveOf(amount(value('FocalLength')), 2),
    takenAt: momentOf(value('DateTimeOriginal'), value('OffsetTimeOriginal')),
  };
  return Object.values(camera).some((each) => each !== null) ? camera : null;
};

/** `2024:05:01 12:30:45` and `+02:00` as ISO 8601; null for anything that is no time of a calendar. */
const momentOf = (time: unknown, offset: unknown): string | null => {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(String(time));
  if (!parts) return null;
  const [, year, month, day, clock] = parts;
  const local = `${year}-${month}-${day}T${clock}`;
  const moment = Date.parse(`${local}Z`);
  // The parser of dates takes the 31st of any month.
  if (Number.isNaN(moment) || new Date(moment).toISOString().slice(0, 19) !== local) return null;
  return /^[+-]\d\d:\d\d$/.test(String(offset)) ? `${local}${offset}` : local;
};

const locationIn = ({ gps }: ExpandedTags): Location | null => {
  const latitude = numberOf(gps?.Latitude, 6);
  const longitude = numberOf(gps?.Longitude, 6);
  if (latitude === null || longitude === null || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return { latitude, longitude, altitude: numberOf(gps?.Altitude, 1) };
};

/** Default descriptions of software, used when the author wrote none. */
const FILLER = /^(?:OLYMPUS DIGITAL CAMERA|SONY DSC|DSC\d*|default|KONICA MINOLTA DIGITAL CAMERA)$/i;

const textsIn = (tags: ExpandedTags): Partial<EmbeddedTexts> => {
  const exif = (tags.exif ?? {}) as Named;
  const caption = textOf(plain(exif.ImageDescription?.value));
  return {
    caption: caption !== null && FILLER.test(caption) ? null : caption,
    author: lineOf(plain(exif.Artist?.value)),
    copyright: lineOf(plain(exif.Copyright?.value)),
  };
};
