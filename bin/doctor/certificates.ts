import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import type { MediashelfSettings } from '../../lib/settings/schema.ts';
import type { Target } from './account.ts';
import { type Check, type Finding, looking } from './finding.ts';

/** Certificates cover names, and all names one label below a name: `*.example.com`. */
const covers = (pattern: string, name: string): boolean =>
  pattern === name || (pattern.startsWith('*.') && name.slice(name.indexOf('.')) === pattern.slice(1));

/** CloudFront takes certificates of this region alone, wherever the stack goes. */
export const EDGE_REGION = 'us-east-1';

interface Named {
  readonly name: string;
  readonly certificateArn: string;
  /** Where it has to be. */
  readonly region: string;
}

const namesOf = ({ region }: Target, { domain, uploadGateway, edge }: MediashelfSettings): Record<string, Named> => {
  const found: Record<string, Named> = {};
  if (domain) found.domain = { ...domain, region };
  if (uploadGateway) found.uploadGateway = { ...uploadGateway, region };
  const { domain: name, certificateArn } = edge ?? {};
  if (name && certificateArn) found.edge = { name, certificateArn, region: EDGE_REGION };
  return found;
};

/** Whether each certificate of the settings can be used in its region and account, and covers its domain. */
export const certificates = (target: Target, settings: MediashelfSettings): readonly Check[] =>
  Object.entries(namesOf(target, settings)).map(([setting, value]) =>
    looking(`${setting} certificate`, 'acm:DescribeCertificate', () => examine(target, value)),
  );

const examine = async (
  { account }: Target,
  { name, certificateArn, region }: Named,
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
