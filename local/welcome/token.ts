import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Owner } from '../owner.ts';

/**
 * What the printed address of the welcome page carries. Other users of the machine reach the page as well, and none of them can make
 * it; it stays the same from one start to the next, and tells nothing of the key behind it.
 */
export const welcomeToken = ({ apiKey }: Pick<Owner, 'apiKey'>): string =>
  createHmac('sha256', apiKey).update('welcome page').digest('base64url');

/** Whether a request for the page carries that token. */
export const hasWelcomeToken = (url: string, owner: Pick<Owner, 'apiKey'>): boolean => {
  const given = Buffer.from(new URL(url, 'http://localhost').searchParams.get('token') ?? '');
  const expected = Buffer.from(welcomeToken(owner));
  return given.length === expected.length && timingSafeEqual(given, expected);
};
