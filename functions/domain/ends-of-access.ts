/** A caller whose access ended opens a file no longer than this, in seconds: an address that S3 opens is not asked who uses it. */
export const OPEN_AFTER_END_SECONDS = 300;
/** How long a read may use the cached answer to who calls: half of the minute within which a revocation must take effect. */
export const REMEMBERED_SECONDS = 30;
/** A call is answered or given up within this time, so what it signs at its end may rest on what it read at its begin. */
const CALL_SECONDS = 30;
/** A share link that ended opens a file no longer than this, in seconds. */
const SHARED_AFTER_END_SECONDS = 60;
/**
 * How long an address opens a shared file that a visitor asked for. Each call reads the link anew, so nothing is taken off for a
 * cache; such a call lasts for seconds, and the rest is for them.
 */
export const SHARED_READ_SECONDS = SHARED_AFTER_END_SECONDS - 15;
/** How long a signed address, or the token of a preview, opens a file: what is left of the five minutes. */
export const SIGNED_READ_SECONDS = OPEN_AFTER_END_SECONDS - REMEMBERED_SECONDS - CALL_SECONDS;
