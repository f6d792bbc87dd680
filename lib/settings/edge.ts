import { z } from 'zod';
import { domainName, oneOf, wholeNumber } from './shapes.ts';

/** CloudFront takes certificates and web ACLs of this one region. */
const EDGE_REGION = 'us-east-1';

/** One address at the edge, in front of everything. */
export const edge = () =>
  z
    .strictObject(
      {
        /** A name of your own for the distribution. */
        domain: domainName().shape.name.optional(),
        /** The certificate for it. */
        certificateArn: z
          .string()
          .regex(new RegExp(`^arn:aws[a-z-]*:acm:${EDGE_REGION}:\\d{12}:certificate/[\\w-]+$`), {
            error: `allowed is the ARN of a certificate in ${EDGE_REGION}, the region of CloudFront`,
          })
          .optional(),
        /** A web ACL that filters requests before anything else. */
        webAclArn: z
          .string()
          .regex(new RegExp(`^arn:aws[a-z-]*:wafv2:${EDGE_REGION}:\\d{12}:global/webacl/[\\w-]+/[\\w-]+$`), {
            error: `allowed is the ARN of a web ACL for CloudFront, which is in ${EDGE_REGION}`,
          })
          .optional(),
        /** The edges that are used: the cheapest, all but the dearest, or all. */
        priceClass: oneOf(['PriceClass_100', 'PriceClass_200', 'PriceClass_All']).default('PriceClass_100'),
        /** Whether requests are logged, without path, query and headers. Only for a stack in the region of CloudFront. */
        logs: z.boolean({ error: 'allowed is true or false' }).default(false),
        /** Raised by one, the next deployment makes a new signing key and a new secret between the edge and the API. */
        keys: wholeNumber(1, 1_000_000, 'keys made so far').default(1),
      },
      // A field that is not known has its own message.
      {
        error: (issue) =>
          issue.code === 'invalid_type'
            ? 'allowed is false, or an object such as {}, which is the edge with defaults'
            : undefined,
      },
    )
    .refine(({ domain, certificateArn }) => (domain === undefined) === (certificateArn === undefined), {
      error: 'domain and certificateArn are set together',
    });
