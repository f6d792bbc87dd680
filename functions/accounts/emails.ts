import * as z from 'zod/mini';

const EMAIL_LENGTH = 254;
/**
 * Control characters, blanks, and all that is not seen: marks of direction, zero-width joiners, soft hyphens. Two addresses that look
 * the same would be two people, and a letter to either would go to one.
 */
const UNSEEN = '\\p{C}\\p{Z}\\p{Default_Ignorable_Code_Point}';
const EMAIL = new RegExp(`^[^@${UNSEEN}]+@[^@${UNSEEN}]+$`, 'u');

/** An e-mail address as people type it. Compare and store the result of `foldEmail`. */
export const Email = z.string().check(z.maxLength(EMAIL_LENGTH), z.regex(EMAIL, 'Expected an e-mail address'));

/** The one spelling of an address: letters composed, in lower case. */
export const foldEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase();
