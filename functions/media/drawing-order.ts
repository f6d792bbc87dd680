/**
 * The messages between `get-content`, which decides, and `draw-picture`, which decodes.
 *
 * Import rule: no decoder, since the function that strangers call imports this.
 */
import * as z from 'zod/mini';
import type { RenditionName } from '../domain/media.ts';
import type { Transform } from '../domain/transform.ts';

/** A picture of a verified file to draw, and where to store it. The sender has decided that it may be drawn. */
export interface DrawingOrder {
  readonly original: {
    readonly key: string;
    /** Bytes. */
    readonly size: number;
    readonly mimeType: string;
    /** Of a document, from 1. */
    readonly page: number;
  };
  readonly picture: { readonly rendition: RenditionName } | { readonly transform: Transform };
  readonly result: { readonly key: string; readonly contentType: string };
}

/** Refusals caused by the file: it cannot be drawn, or has no such page. */
export const DRAWING_REFUSALS = ['CONTENT_UNAVAILABLE', 'VALIDATION'] as const;

/**
 * The size of the stored picture, or why there is none. Parsed by this schema: a file may have compromised the function that
 * answers.
 */
export const DrawingAnswer = z.union([
  z.strictObject({ size: z.number() }),
  z.strictObject({
    refusal: z.strictObject({ code: z.enum(DRAWING_REFUSALS), message: z.string().check(z.maxLength(200)) }),
  }),
]);
export type DrawingAnswer = z.infer<typeof DrawingAnswer>;
