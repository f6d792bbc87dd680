import type { AccountStore } from '../accounts/account-store.ts';
import { notFound } from '../domain/errors.ts';
import type { UploadStore } from '../domain/ports.ts';
import { admitTo, namedBy, type Principal } from '../domain/principal.ts';
import { mayManage, membershipIn } from '../domain/team-rules.ts';
import type { UploadSession } from '../domain/upload.ts';

/**
 * The upload session that the principal may do the route's work on. A foreign id is answered exactly as a missing one. What
 * takes the place of a file changes a record, so it is for those who may update.
 */
export const findUpload = async (
  uploads: Pick<UploadStore, 'get'>,
  principal: Principal,
  id: string,
): Promise<UploadSession> => {
  const session = await uploads.get(id);
  if (!session) throw notFound('Upload');
  const updates = session.replaces !== undefined && principal.needs === 'media:create';
  admitTo(updates ? { ...principal, needs: 'media:update' } : principal, session.teamId, 'Upload');
  return session;
};

/**
 * The upload session that the principal opened. The rights of the opener decide about the stored file, so no other caller may
 * have a request signed or complete it: only a login of the same person, for anything that they opened, or the same key. An
 * upload of a colleague is answered exactly as a missing one.
 */
export const findOwnUpload = async (...args: Parameters<typeof findUpload>): Promise<UploadSession> => {
  const [, principal] = args;
  const session = await findUpload(...args);
  if (!hasOpened(principal, session)) throw notFound('Upload');
  return session;
};

/**
 * The upload session that the principal may give up: their own, or one of the people whom they manage in its team, whose
 * unfinished uploads hold the team's quota. For all others it is missing.
 */
export const findUploadToEnd = async (
  accounts: Pick<AccountStore, 'standing'>,
  ...args: Parameters<typeof findUpload>
): Promise<UploadSession> => {
  const [, principal] = args;
  const session = await findUpload(...args);
  if (!hasOpened(principal, session) && !(await manages(principal, session, accounts))) throw notFound('Upload');
  return session;
};

/** What a person left behind who is no member any more is for all who manage the team. */
const manages = async (
  principal: Principal,
  { teamId, userId }: UploadSession,
  accounts: Pick<AccountStore, 'standing'>,
): Promise<boolean> => {
  if (namedBy(principal).kind !== 'login') return false;
  const opener = await accounts.standing(teamId, userId);
  return mayManage(membershipIn(principal, teamId).role, ...(opener ? [opener.role] : []));
};

/** Whether an upload is the principal's own: all that a person opened, and of a key what that key opened. */
export const hasOpened = (principal: Principal, { userId, by }: Pick<UploadSession, 'userId' | 'by'>): boolean => {
  if (userId !== principal.userId) return false;
  const credential = namedBy(principal);
  return credential.kind === 'login' || (by?.kind === 'api-key' && by.id === credential.id);
};
