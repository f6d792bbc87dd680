import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';

/** A value of a header, a parameter or a cookie, as CloudFront Functions have it. */
export interface EdgeValue {
  value: string;
  multiValue?: { value: string }[];
}

/** A request as CloudFront Functions have it. */
export interface EdgeRequest {
  method: string;
  uri: string;
  querystring: Record<string, EdgeValue>;
  headers: Record<string, EdgeValue>;
  cookies: Record<string, EdgeValue>;
}

/** Loads a program of `functions/edge/` in a context that has nothing else. */
export const edgeProgram = (name: 'viewer' | 'media' | 'rendition') => {
  const context = createContext({ require: () => ({ createHash }) });
  runInContext(readFileSync(`functions/edge/${name}.js`, 'utf8'), context);
  return (request: Partial<EdgeRequest>, ip = '192.0.2.1'): EdgeRequest & { statusCode?: number } => {
    const whole = { method: 'GET', uri: '/', querystring: {}, headers: {}, cookies: {}, ...request };
    context.event = { version: '1.0', context: {}, viewer: { ip }, request: whole };
    return JSON.parse(runInContext('JSON.stringify(handler(event))', context)) as EdgeRequest;
  };
};

/** Parameters of an address, as a program gets them. */
export const parameters = (query: string): Record<string, EdgeValue> => {
  const read: Record<string, EdgeValue> = {};
  for (const pair of query.split('&').filter(Boolean)) {
    const [name = '', value = ''] = pair.split('=');
    const before = read[name];
    const multiValue = [...(before?.multiValue ?? (before ? [{ value: before.value }] : [])), { value }];
    read[name] = multiValue.length > 1 ? { value, multiValue } : { value };
  }
  return read;
};
