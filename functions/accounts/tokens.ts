import { createHash, randomBytes } from 'node:crypto';
import type { KeyedWork } from '../domain/call.ts';

const SECRET_BYTES = 32;

/** A secret of 256 bits in the URL-safe alphabet; for a call with a key, that of the key. */
export const newSecret = (keyed?: KeyedWork): string =>
  Buffer.from(keyed?.secret(SECRET_BYTES) ?? randomBytes(SECRET_BYTES)).toString('base64url');

const API_KEY_PREFIX = 'sk_live_';
export const newApiKey = (keyed?: KeyedWork): string => `${API_KEY_PREFIX}${newSecret(keyed)}`;
export const isApiKey = (token: string): boolean => token.startsWith(API_KEY_PREFIX);

/**
 * The stored hash of a key, session or ticket. One round of SHA-256 is enough here, and only here: these secrets are random and
 * cannot be guessed from a word list, as a password can.
 */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
