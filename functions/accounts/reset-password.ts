import type { OpenCall } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { MailLanguage, MailQueue } from '../domain/mail.ts';
import type { Clock } from '../domain/ports.ts';
import { type EndSetUpDeps, endSetUp } from '../teams/end-set-up.ts';
import type { AccountStore } from './account-store.ts';
import type { Allowance, Attempts } from './attempt-store.ts';
import { foldEmail } from './emails.ts';
import { countersOfReset, type LimitAttempts } from './password-attempts.ts';
import { refuseCommonPassword } from './password-rules.ts';
import { hashPassword } from './passwords.ts';
import type { ResetStore } from './reset-store.ts';
import { hashSecret } from './tokens.ts';

export interface RequestReset {
  readonly email: string;
  readonly language: MailLanguage;
  /** The address of the caller. */
  readonly address: string;
}

export interface RequestResetDeps {
  readonly attempts: Pick<Attempts, 'take'>;
  /** Undefined in a stack that sends no mail. */
  readonly mail: MailQueue | undefined;
  readonly newId: () => string;
  readonly clock: Clock;
}

const HOUR = 3600;
/** Mails to one person an hour: a stranger who requests them fills no mailbox, and each opens for half an hour. */
const FOR_PERSON: Allowance = { most: 4, seconds: HOUR };
const FROM_ADDRESS: Allowance = { most: 30, seconds: HOUR };

/** The refusal in a stack that sends no mail. */
export const mailOff = (): MediaError =>
  new MediaError('MAIL_OFF', 'This library sends no mail; its operator sets a new password');

/**
 * Has a token mailed to a person, if there is one with this address. Nothing is looked up here: the same steps, answer and time for
 * every address. The sender of the mail looks, later.
 */
export const requestReset =
  ({ attempts, mail, newId, clock }: RequestResetDeps) =>
  async ({ input }: OpenCall<RequestReset>): Promise<void> => {
    if (!mail) throw mailOff();
    const email = foldEmail(input.email);
    const now = clock();
    const counters = [
      [`reset-at#${input.address}`, FROM_ADDRESS],
      [`reset-for#${hashSecret(email)}`, FOR_PERSON],
    ] as const;
    for (const [subject, allowance] of counters) {
      const wait = await attempts.take(subject, allowance, now);
      if (wait !== undefined) throw new MediaError('RATE_LIMITED', 'Too many requests', { retryAfter: wait });
    }
    await mail.add({ kind: 'reset', id: newId(), email, language: input.language, at: now.toISOString() });
  };

export interface ResetPassword {
  readonly token: string;
  readonly newPassword: string;
  readonly endEverything?: boolean | undefined;
  readonly address: string;
}

export interface ResetPasswordDeps {
  readonly accounts: Pick<AccountStore, 'user'> & EndSetUpDeps['accounts'];
  readonly teams: EndSetUpDeps['teams'];
  readonly resets: Pick<ResetStore, 'reset' | 'useReset' | 'proveAddress'>;
  readonly limited: LimitAttempts;
  readonly clock: Clock;
}

/**
 * Sets a new password by a mailed token, once. All logins of the person end, and with them their connections. What they set up
 * ends as well if they want it, or if no mail had proved their address before: then another person may have held it.
 */
export const resetPassword =
  (deps: ResetPasswordDeps) =>
  async ({ input }: OpenCall<ResetPassword>): Promise<void> => {
    const { accounts, resets, limited, clock } = deps;
    const hash = hashSecret(input.token);
    const found = await findReset(hash, input.address, { resets, limited, clock });
    refuseCommonPassword(input.newPassword, found.email, 'newPassword');
    const user = await accounts.user(found.userId);
    if (!(await resets.useReset(hash, found, await hashPassword(input.newPassword)))) throw notFound('Password reset');
    const isProven = user?.emailProvenAt !== undefined;
    if (input.endEverything || !isProven) await endSetUp(found.userId, deps);
    // Last: after a failure the next mail ends the rest.
    await resets.proveAddress(found.userId, clock().toISOString());
  };

const findReset = async (
  hash: string,
  address: string,
  { resets, limited, clock }: Pick<ResetPasswordDeps, 'resets' | 'limited' | 'clock'>,
) => {
  const now = clock().getTime();
  const read = async () => {
    const reset = await resets.reset(hash);
    return reset && Date.parse(reset.expiresAt) > now ? reset : undefined;
  };
  let found: Awaited<ReturnType<typeof read>>;
  await limited(countersOfReset(address), async () => {
    found = await read();
    return found !== undefined;
  });
  if (!found) throw notFound('Password reset');
  return found;
};
