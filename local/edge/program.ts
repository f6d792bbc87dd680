import { createHash, createHmac } from 'node:crypto';
import { createContext, runInContext } from 'node:vm';

/** A value of a header, a parameter or a cookie in an event of CloudFront Functions. */
export interface Valued {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string }[];
}
type Values = Readonly<Record<string, Valued>>;

/** A request in an event; parameters are as they were sent, with their percent signs. */
export interface ProgramRequest {
  readonly method: string;
  readonly uri: string;
  readonly querystring: Values;
  readonly headers: Values;
  readonly cookies: Values;
}

/** What a program answers in the place of an origin. */
export interface ProgramAnswer {
  readonly statusCode: number;
  readonly headers?: Values;
  readonly body?: string | { readonly data: string };
}

/** Runs one program of the distribution. */
export type Program = (request: ProgramRequest, ip: string) => ProgramRequest | ProgramAnswer;

const MOST_BYTES = 10_240;
/** CloudFront allows about a millisecond of its own; this only ends what would never end. */
const LONGEST_MS = 1000;

/** What the module `crypto` at the edge has, done here: text goes in and comes out. */
const digested = (order: string): string => {
  try {
    const { kind, name, key, parts, encoding } = JSON.parse(order) as Record<string, string> & { parts: string[] };
    const hash = kind === 'hmac' ? createHmac(String(name), String(key)) : createHash(String(name));
    for (const part of parts) hash.update(part);
    return JSON.stringify({ value: hash.digest(encoding as 'hex') });
  } catch (error) {
    return JSON.stringify({ error: (error as Error).message });
  }
};

/**
 * Makes `require` inside of the context, around the one function of this process: through any other object of it a program could
 * reach `process`, and with it all that the edge does not have.
 */
const MODULES = `'use strict';
(digested) => {
  const hashing = (kind, name, key) => {
    const parts = [];
    const hash = {
      update: (text) => {
        parts.push(String(text));
        return hash;
      },
      digest: (encoding) => {
        const { value, error } = JSON.parse(digested(JSON.stringify({ kind, name, key, parts, encoding })));
        if (error !== undefined) throw new Error(error);
        return value;
      },
    };
    return hash;
  };
  const crypto = {
    createHash: (name) => hashing('hash', name),
    createHmac: (name, key) => hashing('hmac', name, String(key)),
  };
  return (name) => {
    if (name === 'crypto') return crypto;
    throw new Error('There is no module ' + name + ' at the edge.');
  };
}`;

/**
 * Loads a program into a context that has the language, `crypto`, and nothing else: no network, no files, no timers. Throws for
 * one that CloudFront would not take. Events go in and come out as JSON, so no object of this process gets there.
 */
export const loadProgram = (code: string): Program => {
  if (Buffer.byteLength(code) > MOST_BYTES) throw new Error('A program at the edge has more than 10240 bytes.');
  const context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  context.require = runInContext(MODULES, context)(digested);
  runInContext(code, context, { timeout: LONGEST_MS });
  return (request, ip) => {
    const event = { version: '1.0', context: { eventType: 'viewer-request' }, viewer: { ip }, request };
    context.sent = JSON.stringify(event);
    const answer = runInContext('JSON.stringify(handler(JSON.parse(sent)))', context, { timeout: LONGEST_MS });
    return JSON.parse(String(answer)) as ProgramRequest | ProgramAnswer;
  };
};
