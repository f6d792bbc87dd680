import { createHash, randomBytes } from 'node:crypto';

/** A secret of 256 bits in the URL-safe alphabet. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

const API_KEY_PREFIX = 'sk_live_';
export const newApiKey = (): string => `${API_KEY_PREFIX}${newSecret()}`;
export const isApiKey = (token: string): boolean => token.startsWith(API_KEY_PREFIX);

/**
 * The stored hash of a key, session or ticket. One round of SHA-256 is enough here, and only here: these secrets are random and
 * cannot be guessed from a word list, as a password can.
 */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
