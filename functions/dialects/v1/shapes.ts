import * as z from 'zod/mini';

/** Shapes in the answers of v1. */
export const id = z.string();
export const time = z.iso.datetime();
export const count = z.int().check(z.nonnegative());
export const nullable = <Schema extends z.ZodMiniType>(schema: Schema) => z.nullable(schema);
export const text = nullable(z.string());
export const message = z.strictObject({ message: z.string() });
