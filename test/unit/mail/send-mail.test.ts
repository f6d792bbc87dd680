import { beforeEach, describe, expect, it } from '@jest/globals';
import type { User } from '../../../functions/accounts/account-store.ts';
import type { PasswordReset } from '../../../functions/accounts/reset-store.ts';
import { hashSecret } from '../../../functions/accounts/tokens.ts';
import type { Letter, MailTask } from '../../../functions/domain/mail.ts';
import { sendMail } from '../../../functions/mail/send-mail.ts';
import type { Invitation } from '../../../functions/teams/invitation-store.ts';

const AT = '2026-01-01T00:00:00.000Z';
let now = new Date(AT);
let sent: Letter[];
let resets: Map<string, PasswordReset>;
let mailed: string[];
let marks: Set<string>;
let made = 0;

const user: User = {
  ...{ id: 'u', email: 'owner@example.com', passwordHash: 'h', passwordVersion: 3 },
  ...{ defaultTeamId: 't', guestUntil: null, createdAt: AT },
};
const invitation: Invitation = {
  ...{ id: 'i', teamId: 't', email: 'new@example.com', role: 'editor', invitedBy: 'u' },
  ...{ createdAt: AT, memberSince: AT, expiresAt: '2026-01-08T00:00:00.000Z' },
};

beforeEach(() => {
  now = new Date(AT);
  [sent, resets, mailed, marks] = [[], new Map(), [], new Set()];
});

const mailer = (fault?: Error, name = 'Marketing', isOpen = true) =>
  sendMail({
    accounts: {
      personByEmail: async (email) => (email === user.email ? { user, teams: [] } : undefined),
      user: async () => user,
      team: async () => ({ id: 't', name, createdAt: AT }),
    },
    teams: {
      invitationOf: async () => invitation,
      addMailedToken: async (_, hash) => {
        if (isOpen) mailed.push(hash);
        return isOpen;
      },
    },
    resets: { putReset: async (hash, reset) => void resets.set(hash, reset) },
    mails: { wasSent: async (id) => marks.has(id), noteSent: async (id) => void marks.add(id) },
    send: async (letter) => {
      if (fault) throw fault;
      sent.push(letter);
    },
    publicUrl: 'https://media.example.com',
    newSecret: () => `secret-${made++}`,
    clock: () => now,
  });

const reset = (email: string): MailTask => ({ kind: 'reset', id: `m-${email}`, email, language: 'en', at: AT });
const invite: MailTask = {
  ...{ kind: 'invitation', id: 'm-i', teamId: 't', invitationId: 'i', language: 'de', at: AT },
};
const tokenIn = ({ text }: Letter): string => /#token=(\S+)/.exec(text)?.[1] ?? '';

describe('the sender of mails', () => {
  it('mails a token for half an hour that it stores as a hash, bound to the present password', async () => {
    await mailer()(reset('owner@example.com'));
    const [letter] = sent as [Letter];
    expect(letter.to).toBe('owner@example.com');
    expect(letter.text).toContain('https://media.example.com/app/new-password#token=');
    const token = tokenIn(letter);
    expect([...resets]).toEqual([
      [
        hashSecret(token),
        { userId: 'u', email: 'owner@example.com', passwordVersion: 3, expiresAt: '2026-01-01T00:30:00.000Z' },
      ],
    ]);
    expect(JSON.stringify([...resets])).not.toContain(token);
  });

  it('mails nothing to an address without an account, nor for a request that is half an hour old', async () => {
    await mailer()(reset('unknown@example.com'));
    now = new Date('2026-01-01T00:30:00.000Z');
    await mailer()(reset('owner@example.com'));
    expect([sent, resets.size]).toEqual([[], 0]);
  });

  it('sends a message that is received again once, and one that failed again with another token', async () => {
    const task = reset('owner@example.com');
    await expect(mailer(new Error('throttled'))(task)).rejects.toThrow('throttled');
    await mailer()(task);
    await mailer()(task);
    expect(sent).toHaveLength(1);
    expect(resets.size).toBe(2);
  });

  it('mails an invitation with a token of its own, in the language of the person who invites', async () => {
    await mailer()(invite);
    const [letter] = sent as [Letter];
    expect(letter.to).toBe('new@example.com');
    expect(letter.text).toContain('von owner@example.com in das Team „Marketing“');
    expect(mailed).toEqual([hashSecret(tokenIn(letter))]);
  });

  it('repeats no name of a team that people could follow', async () => {
    await mailer(undefined, 'pay at evil.example')(invite);
    expect(sent[0]?.text).not.toContain('evil');
    expect(sent[0]?.html).not.toContain('evil');
  });

  it('mails no invitation that was withdrawn or has expired', async () => {
    await mailer(undefined, 'Marketing', false)(invite);
    now = new Date('2026-01-08T00:00:00.000Z');
    await mailer()({ ...invite, id: 'another' });
    expect(sent).toEqual([]);
  });
});
