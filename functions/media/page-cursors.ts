import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SigningKey, SigningKeys } from '../accounts/signing-keys.ts';
import { MediaError } from '../domain/errors.ts';

/** The context of a page: teams, filter and order. A cursor is valid only for it. */
export type CursorBinding = readonly unknown[];

/** Cursors say after which entry the next page begins, in a form that only this deployment can make. */
export interface PageCursors {
  seal(after: string, binding: CursorBinding): Promise<string>;
  /** Throws `VALIDATION` for a cursor that was changed or belongs to another list. */
  open(cursor: string, binding: CursorBinding): Promise<string>;
}

const MAC_BYTES = 16;
const FORM = /^([\w-]{1,1400})\.([\w-]{22})$/;

/** Keys of cursors by the signing keys that they are derived from. Cached, because deriving one costs more than using it. */
const cursorKeys = new WeakMap<SigningKey, Buffer>();

const cursorKey = (signingKey: SigningKey): Buffer => {
  const known = cursorKeys.get(signingKey);
  if (known) return known;
  const secret = signingKey.privateKey.export({ format: 'der', type: 'pkcs8' });
  const key = createHmac('sha256', secret).update('mediashelf cursor').digest();
  cursorKeys.set(signingKey, key);
  return key;
};

const macOf = (signingKey: SigningKey, text: string, binding: CursorBinding): Buffer =>
  createHmac('sha256', cursorKey(signingKey))
    .update(JSON.stringify([text, binding]))
    .digest()
    .subarray(0, MAC_BYTES);

/** `cursor` is the position in base64url JSON and an HMAC over it and its context. */
export const signedCursors = (keys: SigningKeys): PageCursors => ({
  seal: async (after, binding) => {
    const [newest] = await keys();
    if (!newest) throw new Error('There is no key to sign a cursor with');
    const text = Buffer.from(JSON.stringify(after)).toString('base64url');
    return `${text}.${macOf(newest, text, binding).toString('base64url')}`;
  },
  open: async (cursor, binding) => {
    const [, text, mac] = FORM.exec(cursor) ?? [];
    if (text === undefined || mac === undefined) throw foreign();
    const sent = Buffer.from(mac, 'base64url');
    const known = await keys();
    if (!known.some((key) => timingSafeEqual(macOf(key, text, binding), sent))) throw foreign();
    return String(JSON.parse(Buffer.from(text, 'base64url').toString()));
  },
});

const foreign = (): MediaError =>
  new MediaError('VALIDATION', 'Invalid query parameters', {
    fields: [{ code: 'custom', path: ['cursor'], message: 'The cursor belongs to another list or was changed' }],
  });
