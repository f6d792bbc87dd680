import { GetAccountCommand, GetEmailIdentityCommand, type NotFoundException, SESv2Client } from '@aws-sdk/client-sesv2';
import type { MediashelfSettings } from '../../lib/settings/schema.ts';
import type { Target } from './account.ts';
import { type Check, looking } from './finding.ts';

/** Whether SES sends mails of the setting `mail` in the stack's region, and to all people. */
export const mail = ({ region }: Target, { mail: setting }: MediashelfSettings): readonly Check[] => {
  if (!setting) return [];
  const identity = setting.identity ?? setting.from.slice(setting.from.lastIndexOf('@') + 1);
  const client = new SESv2Client({ region });
  return [
    looking('mail identity', 'ses:GetEmailIdentity', async () => {
      const advice = `prove it: aws sesv2 create-email-identity --email-identity ${identity}, then the DNS records that it answers`;
      try {
        const found = await client.send(new GetEmailIdentityCommand({ EmailIdentity: identity }));
        if (found.VerifiedForSendingStatus) return { state: 'ok', found: `${identity} is verified` };
        return { state: 'fails', found: `${identity} is ${found.VerificationStatus ?? 'not verified'}`, advice };
      } catch (error) {
        if ((error as NotFoundException).name !== 'NotFoundException') throw error;
        return { state: 'fails', found: `SES does not know ${identity} in ${region}`, advice };
      }
    }),
    looking('mail account', 'ses:GetAccount', async () => {
      const { ProductionAccessEnabled, SendingEnabled, SendQuota } = await client.send(new GetAccountCommand({}));
      if (!SendingEnabled) {
        return {
          state: 'fails',
          found: 'SES sends nothing of this account',
          advice: 'see the SES console for the reason',
        };
      }
      if (!ProductionAccessEnabled) {
        const advice = 'request production access in the SES console: until then only verified addresses get mail';
        return { state: 'warns', found: 'the account is in the sandbox of SES', advice };
      }
      return { state: 'ok', found: `${SendQuota?.Max24HourSend ?? 0} mails a day` };
    }),
  ];
};
