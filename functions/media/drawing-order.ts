/**
 * What `get-content`, which decides, and `draw-picture`, which decodes, say to each other.
 *
 * Import rule: nothing that decodes, since the function that strangers call imports this.
 */
import * as z from 'zod/mini';
import type { RenditionName } from '../domain/media.ts';
import type { Transform } from '../domain/transform.ts';

/** A picture to be drawn of a verified file, and where it is stored. The sender of the order has decided that it may be drawn. */
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

/** Refusals that a file gives reason for: it cannot be drawn, or has no such page. */
export const DRAWING_REFUSALS = ['CONTENT_UNAVAILABLE', 'VALIDATION'] as const;

/**
 * That the picture is stored, by its bytes, or why it is not. Read through this schema: a file may have taken over the function
 * that answers.
 */
export const DrawingAnswer = z.union([
  z.strictObject({ size: z.number() }),
  z.strictObject({
    refusal: z.strictObject({ code: z.enum(DRAWING_REFUSALS), message: z.string().check(z.maxLength(200)) }),
  }),
]);
export type DrawingAnswer = z.infer<typeof DrawingAnswer>;
