/** The languages that mails are written in. */
export const MAIL_LANGUAGES = ['en', 'de', 'es', 'fr'] as const;
export type MailLanguage = (typeof MAIL_LANGUAGES)[number];

/** A mail that is to be written. It names who it is for, and has no secret: the sender makes the token. */
export type MailTask =
  | {
      readonly kind: 'reset';
      readonly id: string;
      readonly email: string;
      readonly language: MailLanguage;
      readonly at: string;
    }
  | {
      readonly kind: 'invitation';
      readonly id: string;
      readonly teamId: string;
      readonly invitationId: string;
      readonly language: MailLanguage;
      readonly at: string;
    };

/** Mails that wait to be sent. */
export interface MailQueue {
  add(task: MailTask): Promise<void>;
}

/** A mail as it is sent. */
export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A value of `MAIL_QUEUE_URL` in a stack that sends no mail. */
export const NO_MAIL = 'off';

/**
 * Addresses that mail is sent to: ASCII, without quotes, brackets or commas. A mail system takes those apart, and would send the
 * token in a mail to another address as well.
 */
const MAILABLE =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** Whether mail can be sent to this folded address. */
export const isMailable = (email: string): boolean => email.length <= 254 && MAILABLE.test(email);

const LONGEST_NAME = 60;
/** Mail programs make links of these; a name with one would be the text of a stranger that people are to follow. */
const LIKE_AN_ADDRESS = /:\/\/|www\.|@|[\p{L}\p{N}]\.[\p{L}]/iu;
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;

/** A name that a person chose, as it stands in a mail: one short line. Undefined for one that could be taken for a link. */
export const nameInMail = (name: string): string | undefined => {
  const line = name.normalize('NFKC').replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim();
  if (line === '' || LIKE_AN_ADDRESS.test(line)) return undefined;
  const letters = [...line];
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join('')}…` : line;
};
