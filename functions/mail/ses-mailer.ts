import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Letter } from '../domain/mail.ts';

const UTF8 = 'UTF-8';
/** Refusals that a repetition does not change: the address cannot exist, is suppressed, or is not verified in the sandbox. */
const FINAL = new Set(['BadRequestException', 'MessageRejected']);

/** Sends mails by SES. A final refusal is reported and not thrown. */
export const sesMailer = (from: string, reportRefusal: (name: string) => void) => {
  const client = new SESv2Client({});
  return async ({ to, subject, text, html }: Letter): Promise<void> => {
    const part = (Data: string) => ({ Data, Charset: UTF8 });
    try {
      await client.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: part(subject), Body: { Text: part(text), Html: part(html) } } },
        }),
      );
    } catch (error) {
      if (!(error instanceof Error && FINAL.has(error.name))) throw error;
      // Its message has the address.
      reportRefusal(error.name);
    }
  };
};
