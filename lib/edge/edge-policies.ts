import { CfnCachePolicy, CfnResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** Policies that AWS manages, by their fixed ids. */
export const MANAGED = {
  /** Nothing is kept, and no two requests share an answer. */
  cachingDisabled: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  /** With `Host` the API would look for a domain that it does not have; without the rest, `Authorization` would be dropped. */
  allViewerExceptHostHeader: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
} as const;

const NONE = { cookieBehavior: 'none' } as const;
const YEAR = Duration.days(365).toSeconds();
/** A picture that is public no longer ends within this time, whatever an answer says of itself. */
const MEDIA_SECONDS = 60;

/** Security headers where an answer has none of its own. Not by a function: those do not run for errors of an origin. */
const SECURITY = {
  contentTypeOptions: { override: true },
  strictTransportSecurity: { accessControlMaxAgeSec: Duration.days(730).toSeconds(), override: false },
  referrerPolicy: { referrerPolicy: 'strict-origin-when-cross-origin', override: false },
} as const;

const custom = (headers: Readonly<Record<string, string>>, override: boolean) => ({
  items: Object.entries(headers).map(([header, value]) => ({ header, value, override })),
});

/** What the distribution keeps of answers, and which headers it adds to them. */
export class EdgePolicies extends Construct {
  readonly caching: Readonly<Record<'assets' | 'media' | 'objects', string>>;
  readonly headers: Readonly<Record<'api' | 'media' | 'objects', string>>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.caching = {
      assets: this.cache('assets', { longest: YEAR, usual: 0, compressed: true }),
      media: this.cache('media', { longest: MEDIA_SECONDS, usual: 0, parameters: ['t', 'f', 'm', 'preview'] }),
      objects: this.cache('objects', { longest: YEAR, usual: Duration.days(1).toSeconds() }),
    };
    this.headers = {
      api: this.added('api', {}),
      // One cached answer is for `<img>` and for `fetch()` alike. CloudFront does not pass on what an origin says that it varies by.
      media: this.added('media', { 'access-control-allow-origin': '*', vary: 'accept, sec-fetch-mode' }),
      objects: this.added('objects', {
        'access-control-allow-origin': '*',
        'content-security-policy': "default-src 'none'; sandbox",
        // Only the copy of a browser whose page may see it lasts: the object says `public`.
        'cache-control': `private, max-age=${YEAR}, immutable`,
      }),
    };
  }

  /**
   * The least time is 0 in each: with more, CloudFront keeps what says `no-store`, and answers simultaneous requests of one key
   * with one answer.
   */
  private cache(
    name: string,
    {
      longest,
      usual,
      parameters = [],
      compressed = false,
    }: { longest: number; usual: number; parameters?: string[]; compressed?: boolean },
  ): string {
    const policy = new CfnCachePolicy(this, `Cache.${name}`, {
      cachePolicyConfig: {
        name: `${Aws.STACK_NAME}-${name}`,
        minTtl: 0,
        defaultTtl: usual,
        maxTtl: longest,
        parametersInCacheKeyAndForwardedToOrigin: {
          cookiesConfig: NONE,
          headersConfig: { headerBehavior: 'none' },
          queryStringsConfig:
            parameters.length > 0
              ? { queryStringBehavior: 'whitelist', queryStrings: parameters }
              : { queryStringBehavior: 'none' },
          enableAcceptEncodingGzip: compressed,
          enableAcceptEncodingBrotli: compressed,
        },
      },
    });
    return policy.ref;
  }

  private added(name: string, headers: Readonly<Record<string, string>>): string {
    const policy = new CfnResponseHeadersPolicy(this, `Headers.${name}`, {
      responseHeadersPolicyConfig: {
        name: `${Aws.STACK_NAME}-${name}`,
        securityHeadersConfig: SECURITY,
        ...(Object.keys(headers).length > 0 ? { customHeadersConfig: custom(headers, true) } : {}),
        removeHeadersConfig: {
          items: ['x-amz-id-2', 'x-amz-request-id', 'x-amz-server-side-encryption'].map((header) => ({ header })),
        },
      },
    });
    return policy.ref;
  }
}
