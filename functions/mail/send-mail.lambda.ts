import { dynamoAccounts } from '../accounts/account-store.ts';
import { dynamoResets } from '../accounts/reset-store.ts';
import { newSecret } from '../accounts/tokens.ts';
import { SendMailEnvironment } from '../shared/environment.ts';
import { sqsLaneQueue } from '../shared/lane-queue.ts';
import { logError } from '../shared/log.ts';
import { takeMessages } from '../shared/take-messages.ts';
import { openTable } from '../table/table.ts';
import { dynamoTeams } from '../teams/team-store.ts';
import { dynamoMails } from './mail-store.ts';
import { sendMail } from './send-mail.ts';
import { sesMailer } from './ses-mailer.ts';

const env = SendMailEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const send = sendMail({
  accounts: dynamoAccounts(table),
  teams: dynamoTeams(table),
  resets: dynamoResets(table),
  mails: dynamoMails(table),
  send: sesMailer(env.MAIL_FROM, (name) => logError({ mail: 'refused for good', name })),
  publicUrl: env.PUBLIC_URL,
  newSecret,
  clock: () => new Date(),
});

/** Lambda hands over the messages of the mail queue. */
export const handler = takeMessages(send, sqsLaneQueue(env.MAIL_QUEUE_URL));
