import type { CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import type { EdgeFunctions } from './edge-functions.ts';
import { type EdgePolicies, MANAGED } from './edge-policies.ts';

/** The origins of the distribution, by their ids in it. */
export const ORIGINS = { api: 'api', sockets: 'sockets', bucket: 'bucket' } as const;

const READS = ['GET', 'HEAD'];
const READS_AND_ASKS = ['GET', 'HEAD', 'OPTIONS'];
const EVERYTHING = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];

interface BehaviourParts {
  readonly functions: EdgeFunctions;
  readonly policies: EdgePolicies;
  readonly keyGroupId: string;
}

/** What is done with a request, by its path. The first that matches decides. */
export const behaviours = ({ functions, policies, keyGroupId }: BehaviourParts) => {
  const passed = {
    cachePolicyId: MANAGED.cachingDisabled,
    originRequestPolicyId: MANAGED.allViewerExceptHostHeader,
    functionAssociations: functions.onRequest('viewer'),
    allowedMethods: EVERYTHING,
    compress: false,
  };
  const defaultBehaviour: CfnDistribution.DefaultCacheBehaviorProperty = {
    ...passed,
    targetOriginId: ORIGINS.api,
    responseHeadersPolicyId: policies.headers.api,
    viewerProtocolPolicy: 'redirect-to-https',
  };
  const others: CfnDistribution.CacheBehaviorProperty[] = [
    { ...passed, pathPattern: '/ws', targetOriginId: ORIGINS.sockets, viewerProtocolPolicy: 'https-only' },
    {
      pathPattern: '/app/assets/*',
      targetOriginId: ORIGINS.api,
      cachePolicyId: policies.caching.assets,
      // Without it the address of the visitor would not arrive, and all visitors of an edge would count as one caller. Of the
      // rest of a request, answers that are kept depend on nothing.
      originRequestPolicyId: MANAGED.allViewerExceptHostHeader,
      responseHeadersPolicyId: policies.headers.api,
      functionAssociations: functions.onRequest('viewer'),
      allowedMethods: READS,
      compress: true,
      viewerProtocolPolicy: 'redirect-to-https',
    },
    {
      pathPattern: '/m/*',
      targetOriginId: ORIGINS.api,
      cachePolicyId: policies.caching.media,
      originRequestPolicyId: MANAGED.allViewerExceptHostHeader,
      responseHeadersPolicyId: policies.headers.media,
      functionAssociations: functions.onRequest('media'),
      allowedMethods: READS_AND_ASKS,
      compress: false,
      viewerProtocolPolicy: 'redirect-to-https',
    },
    {
      pathPattern: '/o/*',
      targetOriginId: ORIGINS.bucket,
      cachePolicyId: policies.caching.objects,
      responseHeadersPolicyId: policies.headers.objects,
      functionAssociations: functions.onRequest('rendition'),
      allowedMethods: READS,
      compress: false,
      trustedKeyGroups: [keyGroupId],
      viewerProtocolPolicy: 'https-only',
    },
  ];
  return { defaultBehaviour, others };
};
