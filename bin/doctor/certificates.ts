import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import type { MediashelfSettings } from '../../lib/settings/schema.ts';
import type { Target } from './account.ts';
import { type Check, type Finding, looking } from './finding.ts';

/** Certificates cover names, and all names one label below a name: `*.example.com`. */
const covers = (pattern: string, name: string): boolean =>
  pattern === name || (pattern.startsWith('*.') && name.slice(name.indexOf('.')) === pattern.slice(1));

/** Whether each certificate of the settings can be used in the stack's region and account. */
export const certificates = (target: Target, { domain, uploadGateway }: MediashelfSettings): readonly Check[] =>
  Object.entries({ domain, uploadGateway }).flatMap(([setting, value]) =>
    value === undefined
      ? []
      : [looking(`${setting} certificate`, 'acm:DescribeCertificate', () => examine(target, value))],
  );

const examine = async (
  { account, region }: Target,
  { name, certificateArn }: { readonly name: string; readonly certificateArn: string },
): Promise<Omit<Finding, 'about'>> => {
  const [, , , ownRegion = '', ownAccount = ''] = certificateArn.split(':');
  if (ownRegion !== region) {
    const advice = `request it again in ${region}, and name its ARN in the settings`;
    return { state: 'fails', found: `is in ${ownRegion}, the stack goes to ${region}`, advice };
  }
  if (ownAccount !== account) {
    return {
      state: 'fails',
      found: `belongs to account ${ownAccount}, the stack goes to ${account}`,
      advice: 'request one in this account, or sign in to the other',
    };
  }
  const input = { CertificateArn: certificateArn };
  const { Certificate } = await new ACMClient({ region }).send(new DescribeCertificateCommand(input));
  const { Status = 'missing', SubjectAlternativeNames = [], DomainName = '' } = Certificate ?? {};
  if (Status !== 'ISSUED') {
    return {
      state: 'fails',
      found: `is ${Status}`,
      advice: 'prove the domain by the DNS record that ACM names, and wait',
    };
  }
  const names = [...new Set([DomainName, ...SubjectAlternativeNames])];
  if (names.some((pattern) => covers(pattern, name))) return { state: 'ok', found: `issued for ${name}` };
  return { state: 'fails', found: `is for ${names.join(', ')}`, advice: `request one that covers ${name}` };
};
