import type * as z from 'zod/mini';

/** An answer of success. */
export interface Answer {
  readonly status: number;
  /** The schema of a route's answer; without it the answer is not JSON, or has no body. */
  readonly data?: z.ZodMiniType;
  /** Other statuses of success with the same data: 202 while the work goes on. */
  readonly also?: readonly number[];
  /** Statuses of refusals that its method and access do not let expect: a GET that begins an upload refuses files. */
  readonly refusals?: readonly number[];
}

/** What leads to a file: it may have been refused, and not every type can be drawn in another way. */
export const toFile: Answer = { status: 302, refusals: [409, 415] };

export const answer = (status: number, data?: z.ZodMiniType): Answer => (data ? { status, data } : { status });

type Json = Readonly<Record<string, unknown>>;

/**
 * The OpenAPI document of one dialect beyond its routes. Only the documents and the tests read it: it is separate from the
 * routes, so that no function bundles the schemas of its answers.
 */
export interface DialectDocument {
  readonly title: string;
  readonly description: string;
  /** Answers of success, by `METHOD path`. */
  readonly answers: Readonly<Record<string, Answer>>;
  /** Around the data of every answer of success; without it the data are the body. */
  readonly envelope?: (data: Json) => Json;
  readonly error: z.ZodMiniType;
  /** Schemas that answers refer to by name. */
  readonly schemas: Readonly<Record<string, z.ZodMiniType>>;
  /** Bodies that are forms, by `METHOD path`. */
  readonly forms: Readonly<Record<string, Json>>;
  /** Statuses that this API never answers, because its reference has another for the same cause. */
  readonly without?: readonly number[];
}
