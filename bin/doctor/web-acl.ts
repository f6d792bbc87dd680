import { GetWebACLCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import type { MediashelfSettings } from '../../lib/settings/schema.ts';
import type { Target } from './account.ts';
import { EDGE_REGION } from './certificates.ts';
import { type Check, looking } from './finding.ts';

const MISSING = 'make a web ACL of the scope CLOUDFRONT, and name its ARN in the settings';

/** Whether the web ACL of the edge is there, in the account of the stack: CloudFront takes no other. */
export const webAcl = ({ account }: Target, { edge }: MediashelfSettings): readonly Check[] => {
  const { webAclArn } = edge ?? {};
  if (webAclArn === undefined) return [];
  const examine = async () => {
    const [, , , , ownAccount = '', resource = ''] = webAclArn.split(':');
    if (ownAccount !== account)
      return {
        state: 'fails',
        found: `belongs to account ${ownAccount}, the stack goes to ${account}`,
        advice: MISSING,
      } as const;
    const [, , Name = '', Id = ''] = resource.split('/');
    try {
      const client = new WAFV2Client({ region: EDGE_REGION });
      const { WebACL } = await client.send(new GetWebACLCommand({ Name, Id, Scope: 'CLOUDFRONT' }));
      const rules = WebACL?.Rules?.length ?? 0;
      return { state: 'ok', found: `${Name}, with ${rules} rules` } as const;
    } catch (error) {
      if ((error as Error).name !== 'WAFNonexistentItemException') throw error;
      return { state: 'fails', found: `there is no web ACL ${Name} for CloudFront`, advice: MISSING } as const;
    }
  };
  return [looking('edge web ACL', 'wafv2:GetWebACL', examine)];
};
