import type { DialectName } from '../../../functions/http/dialect.ts';
import { dialectDocuments } from '../../../functions/openapi/dialect-documents.ts';

/** Throws unless a body matches, to the last field, the schema of the route in its dialect's document. */
export const shapeOf = (dialect: DialectName, route: string, body: unknown): void => {
  const data = dialectDocuments[dialect].answers[route]?.data;
  if (!data) throw new Error(`the document of ${dialect} shows no body for ${route}`);
  data.parse(body);
};

/** Throws unless a body is an error in the form of its dialect. */
export const errorShape = (dialect: DialectName, body: unknown): void => {
  dialectDocuments[dialect].error.parse(body);
};
