import type { AccountStore } from '../accounts/account-store.ts';
import type { ResetStore } from '../accounts/reset-store.ts';
import { hashSecret } from '../accounts/tokens.ts';
import { isMailable, type Letter, type MailTask, nameInMail } from '../domain/mail.ts';
import type { Clock } from '../domain/ports.ts';
import type { TeamStore } from '../teams/team-store.ts';
import type { MailStore } from './mail-store.ts';
import { MAIL_WORDS } from './mail-words.ts';
import { writeLetter } from './write-letter.ts';

export interface SendMailDeps {
  readonly accounts: Pick<AccountStore, 'personByEmail' | 'user' | 'team'>;
  readonly teams: Pick<TeamStore, 'invitationOf' | 'addMailedToken'>;
  readonly resets: Pick<ResetStore, 'putReset'>;
  readonly mails: MailStore;
  /** Throws when the mail may be accepted later. */
  readonly send: (letter: Letter) => Promise<void>;
  /** The address of the dashboard's host: of the deployment, never of a request. */
  readonly publicUrl: string;
  readonly newSecret: () => string;
  readonly clock: Clock;
}

/** How long a token for a new password is valid, and a request for one. */
const RESET_MILLISECONDS = 30 * 60_000;

type Task<Kind extends MailTask['kind']> = Extract<MailTask, { kind: Kind }>;

/**
 * Writes and sends one mail. The token in it is made here and stored as a hash, so that it is in no queue. A message that is
 * received again after its mail was sent does nothing; after a crash between the two, the mail is sent twice, with another token.
 */
export const sendMail =
  (deps: SendMailDeps) =>
  async (task: MailTask): Promise<void> => {
    if (await deps.mails.wasSent(task.id)) return;
    const letter = task.kind === 'reset' ? await resetLetter(task, deps) : await invitationLetter(task, deps);
    if (letter) await deps.send(letter);
    await deps.mails.noteSent(task.id, deps.clock());
  };

/** The token is behind `#`: what follows it is sent to no server. */
const withToken = ({ publicUrl }: SendMailDeps, page: string, token: string): string =>
  `${publicUrl}/app/${page}#token=${encodeURIComponent(token)}`;

const resetLetter = async ({ email, language, at }: Task<'reset'>, deps: SendMailDeps): Promise<Letter | undefined> => {
  const { accounts, resets, newSecret, clock } = deps;
  const now = clock().getTime();
  if (Date.parse(at) + RESET_MILLISECONDS <= now || !isMailable(email)) return undefined;
  const person = await accounts.personByEmail(email);
  if (!person) return undefined;
  const token = newSecret();
  await resets.putReset(hashSecret(token), {
    userId: person.user.id,
    email,
    passwordVersion: person.user.passwordVersion,
    expiresAt: new Date(now + RESET_MILLISECONDS).toISOString(),
  });
  const address = withToken(deps, 'new-password', token);
  return writeLetter(MAIL_WORDS[language].reset, { to: email, language, address });
};

const invitationLetter = async (
  { teamId, invitationId, language }: Task<'invitation'>,
  deps: SendMailDeps,
): Promise<Letter | undefined> => {
  const { accounts, teams, newSecret, clock } = deps;
  const invitation = await teams.invitationOf(teamId, invitationId);
  if (!invitation || Date.parse(invitation.expiresAt) <= clock().getTime()) return undefined;
  const [team, inviter] = await Promise.all([accounts.team(teamId), accounts.user(invitation.invitedBy)]);
  if (!team || !inviter) return undefined;
  const token = newSecret();
  if (!(await teams.addMailedToken(invitation, hashSecret(token)))) return undefined;
  const by = inviter.email !== null && isMailable(inviter.email) ? inviter.email : undefined;
  const words = MAIL_WORDS[language].invitation(nameInMail(team.name), by);
  return writeLetter(words, { to: invitation.email, language, address: withToken(deps, 'invitation', token) });
};
