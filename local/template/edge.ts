import { type Json, type JsonRecord, list, optionalNumber, optionalText, record, text, texts } from './json.ts';
import type { Resource, Stack } from './stack.ts';

/** What of a request is in the key of the cache, and for how long an answer is kept. Times are in seconds. */
export interface CachePolicySpec {
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
  /** Names of parameters; `all` or none of them. */
  readonly parameters: readonly string[] | 'all';
  readonly headers: readonly string[];
  readonly cookies: readonly string[] | 'all';
  /** Whether answers are compressed by what the viewer accepts. */
  readonly gzip: boolean;
  readonly brotli: boolean;
}

/** The headers that are added to answers. */
export interface AddedHeaders {
  readonly set: readonly { readonly name: string; readonly value: string; readonly override: boolean }[];
  readonly remove: readonly string[];
}

export interface BehaviourSpec {
  /** `*` for the default one, which is the last. */
  readonly pattern: string;
  readonly originId: string;
  readonly methods: readonly string[];
  readonly compress: boolean;
  readonly cache: CachePolicySpec;
  /** All headers of the viewer but `Host`, with parameters and cookies, go on to the origin. */
  readonly passesAll: boolean;
  readonly added: AddedHeaders;
  /** The code of the program for each request. */
  readonly program?: string;
  /** Public keys by their ids, one of which has to have signed the address; without them no signature is needed. */
  readonly keys?: ReadonlyMap<string, string>;
}

export interface OriginSpec {
  readonly id: string;
  readonly domain: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Requests are signed for S3. */
  readonly signs: boolean;
}

/** A distribution of the stack. */
export interface EdgeSpec {
  readonly domain: string;
  readonly arn: string;
  readonly origins: ReadonlyMap<string, OriginSpec>;
  readonly behaviours: readonly BehaviourSpec[];
  /** For how many seconds an answer of a status from 400 on is kept at least. */
  readonly errorTtl: ReadonlyMap<number, number>;
}

/** What CloudFront has for its own policy with this id; https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_VIEWER_EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
const NOTHING_KEPT: CachePolicySpec = {
  ...{ minTtl: 0, defaultTtl: 0, maxTtl: 0 },
  ...{ parameters: [], headers: [], cookies: [], gzip: false, brotli: false },
};

/** The distribution of the stack, or undefined when it has none. */
export const readEdge = (stack: Stack): EdgeSpec | undefined => {
  const [distribution, ...others] = stack.ofType('AWS::CloudFront::Distribution');
  if (distribution === undefined) return undefined;
  if (others.length > 0) throw new Error('The local runtime runs one distribution.');
  const config = record(distribution.properties.DistributionConfig, 'DistributionConfig');
  const declared = [...list(config.CacheBehaviors), config.DefaultCacheBehavior];
  const errors = list(config.CustomErrorResponses).map((item) => record(item, 'CustomErrorResponses'));
  return {
    domain: distribution.attribute('DomainName'),
    arn: `arn:aws:cloudfront::000000000000:distribution/${distribution.ref}`,
    origins: new Map(
      list(config.Origins)
        .map(readOrigin)
        .map((origin) => [origin.id, origin]),
    ),
    behaviours: declared.map((item) => readBehaviour(stack, record(item, 'CacheBehaviors'))),
    errorTtl: new Map(
      errors.map((each) => [
        Number(text(each.ErrorCode, 'ErrorCode')),
        optionalNumber(each.ErrorCachingMinTTL, 'ErrorCachingMinTTL') ?? 10,
      ]),
    ),
  };
};

const readOrigin = (item: Json): OriginSpec => {
  const origin = record(item, 'Origins');
  const headers = list(origin.OriginCustomHeaders).map((each) => record(each, 'OriginCustomHeaders'));
  return {
    id: text(origin.Id, 'Origins.Id'),
    domain: text(origin.DomainName, 'Origins.DomainName'),
    headers: Object.fromEntries(
      headers.map((each) => [text(each.HeaderName, 'HeaderName').toLowerCase(), text(each.HeaderValue, 'HeaderValue')]),
    ),
    signs: optionalText(origin.OriginAccessControlId, 'OriginAccessControlId') !== undefined,
  };
};

const readBehaviour = (stack: Stack, behaviour: JsonRecord): BehaviourSpec => {
  const pattern = optionalText(behaviour.PathPattern, 'PathPattern') ?? '*';
  const program = list(behaviour.FunctionAssociations).map((item) => record(item, pattern));
  if (program.some(({ EventType }) => EventType !== 'viewer-request') || program.length > 1)
    throw new Error(`${pattern} has functions that the local runtime does not run.`);
  const [association] = program;
  const keyGroups = texts(behaviour.TrustedKeyGroups, `${pattern}.TrustedKeyGroups`);
  return {
    pattern,
    originId: text(behaviour.TargetOriginId, `${pattern}.TargetOriginId`),
    methods: behaviour.AllowedMethods === undefined ? ['GET', 'HEAD'] : texts(behaviour.AllowedMethods, pattern),
    compress: behaviour.Compress === true,
    cache: readCache(stack, text(behaviour.CachePolicyId, `${pattern}.CachePolicyId`)),
    passesAll: passesAll(optionalText(behaviour.OriginRequestPolicyId, pattern), pattern),
    added: readAdded(stack, optionalText(behaviour.ResponseHeadersPolicyId, pattern)),
    ...(association ? { program: programOf(stack, text(association.FunctionARN, pattern)) } : {}),
    ...(keyGroups.length > 0 ? { keys: keysOf(stack, keyGroups) } : {}),
  };
};

const passesAll = (policy: string | undefined, pattern: string): boolean => {
  if (policy !== undefined && policy !== ALL_VIEWER_EXCEPT_HOST)
    throw new Error(`${pattern} has an origin request policy that the local runtime does not know.`);
  return policy !== undefined;
};

const named = (stack: Stack, type: string, matches: (resource: Resource) => boolean): Resource => {
  const found = stack.ofType(type).find(matches);
  if (found === undefined) throw new Error(`The stack has no ${type} that its distribution refers to.`);
  return found;
};

const readCache = (stack: Stack, id: string): CachePolicySpec => {
  if (id === CACHING_DISABLED) return NOTHING_KEPT;
  const { properties } = named(stack, 'AWS::CloudFront::CachePolicy', ({ ref }) => ref === id);
  const config = record(properties.CachePolicyConfig, 'CachePolicyConfig');
  const keyed = record(config.ParametersInCacheKeyAndForwardedToOrigin, 'ParametersInCacheKey');
  const chosen = (part: string, kind: string) => {
    const rule = record(keyed[`${part}sConfig`], part);
    const behaviour = text(rule[`${kind}Behavior`], part);
    if (behaviour === 'all') return 'all' as const;
    if (behaviour !== 'none' && behaviour !== 'whitelist') throw new Error(`${part}: ${behaviour} is not known here.`);
    return texts(rule[`${part}s`], part);
  };
  const headers = chosen('Header', 'Header');
  return {
    minTtl: optionalNumber(config.MinTTL, 'MinTTL') ?? 0,
    defaultTtl: optionalNumber(config.DefaultTTL, 'DefaultTTL') ?? 86_400,
    maxTtl: optionalNumber(config.MaxTTL, 'MaxTTL') ?? 31_536_000,
    parameters: chosen('QueryString', 'QueryString'),
    headers: headers === 'all' ? [] : headers.map((name) => name.toLowerCase()),
    cookies: chosen('Cookie', 'Cookie'),
    gzip: keyed.EnableAcceptEncodingGzip === true,
    brotli: keyed.EnableAcceptEncodingBrotli === true,
  };
};

const SECURITY: Readonly<Record<string, (rule: JsonRecord) => readonly [string, string] | undefined>> = {
  ContentTypeOptions: () => ['x-content-type-options', 'nosniff'],
  ReferrerPolicy: (rule) => ['referrer-policy', text(rule.ReferrerPolicy, 'ReferrerPolicy')],
  FrameOptions: (rule) => ['x-frame-options', text(rule.FrameOption, 'FrameOption')],
  // Over plain http it would affect other programs on loopback.
  StrictTransportSecurity: () => undefined,
};

const readAdded = (stack: Stack, id: string | undefined): AddedHeaders => {
  if (id === undefined) return { set: [], remove: [] };
  const { properties } = named(stack, 'AWS::CloudFront::ResponseHeadersPolicy', ({ ref }) => ref === id);
  const config = record(properties.ResponseHeadersPolicyConfig, 'ResponseHeadersPolicyConfig');
  const security = Object.entries(record(config.SecurityHeadersConfig, 'SecurityHeadersConfig')).flatMap(
    ([kind, item]) => {
      const header = SECURITY[kind];
      if (header === undefined) throw new Error(`The security header ${kind} is not known here.`);
      const rule = record(item, kind);
      const pair = header(rule);
      return pair ? [{ name: pair[0], value: pair[1], override: rule.Override === true }] : [];
    },
  );
  const custom = list(record(config.CustomHeadersConfig, 'CustomHeadersConfig').Items).map((item) => {
    const rule = record(item, 'CustomHeadersConfig');
    const [name, value] = [text(rule.Header, 'Header').toLowerCase(), text(rule.Value, 'Value')];
    return { name, value, override: rule.Override === true };
  });
  const removed = list(record(config.RemoveHeadersConfig, 'RemoveHeadersConfig').Items).map((item) =>
    text(record(item, 'RemoveHeadersConfig').Header, 'Header').toLowerCase(),
  );
  return { set: [...security, ...custom], remove: removed };
};

const programOf = (stack: Stack, arn: string): string => {
  const { properties } = named(stack, 'AWS::CloudFront::Function', (each) => each.attribute('FunctionARN') === arn);
  return text(properties.FunctionCode, 'FunctionCode');
};

const keysOf = (stack: Stack, groups: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    groups.flatMap((group) => {
      const { properties } = named(stack, 'AWS::CloudFront::KeyGroup', ({ ref }) => ref === group);
      return texts(record(properties.KeyGroupConfig, 'KeyGroupConfig').Items, 'Items').map((id) => {
        const key = named(stack, 'AWS::CloudFront::PublicKey', ({ ref }) => ref === id);
        return [id, text(record(key.properties.PublicKeyConfig, id).EncodedKey, id)] as const;
      });
    }),
  );
