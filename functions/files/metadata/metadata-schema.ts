import * as z from 'zod/mini';

const nullable = <Schema extends z.ZodMiniType>(schema: Schema) => z.nullable(schema);
const text = nullable(z.string());
const number = nullable(z.number());
const count = z.int().check(z.nonnegative());

/** `FileMetadata`, as it is answered, and as it comes from the function that reads files. */
export const FileMetadataSchema = z.strictObject({
  fileType: text,
  contentType: z.string(),
  picture: nullable(
    z.strictObject({
      width: count,
      height: count,
      orientation: count,
      colorSpace: z.string(),
      depth: nullable(count),
      alpha: z.boolean(),
      frames: count,
      density: number,
    }),
  ),
  camera: nullable(
    z.strictObject({
      make: text,
      model: text,
      lens: text,
      exposureTime: number,
      aperture: number,
      iso: number,
      focalLength: number,
      takenAt: text,
    }),
  ),
  location: nullable(z.strictObject({ latitude: z.number(), longitude: z.number(), altitude: number })),
  texts: z.strictObject({
    title: text,
    caption: text,
    alt: text,
    keywords: z.array(z.string()),
    author: text,
    copyright: text,
  }),
  document: nullable(
    z.strictObject({
      pages: nullable(count),
      encrypted: z.boolean(),
      subject: text,
      producer: text,
      createdAt: text,
    }),
  ),
  container: nullable(z.strictObject({ format: z.string(), duration: number, bitRate: number })),
  video: nullable(
    z.strictObject({
      codec: text,
      codecString: text,
      width: nullable(count),
      height: nullable(count),
      rotation: count,
      frameRate: number,
      bitRate: number,
    }),
  ),
  audio: nullable(
    z.strictObject({ codec: text, codecString: text, sampleRate: number, channels: nullable(count), bitRate: number }),
  ),
  tags: nullable(
    z.strictObject({
      title: text,
      artist: text,
      album: text,
      albumArtist: text,
      genre: text,
      track: number,
      year: number,
      comment: text,
    }),
  ),
});
