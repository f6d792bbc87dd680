import type { CachePolicySpec } from '../template/edge.ts';

/** An answer of an origin, as far as its life in a cache is concerned. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const directives = ({ headers }: Answer): ReadonlyMap<string, string> =>
  new Map(
    String(headers['cache-control'] ?? '')
      .toLowerCase()
      .split(',')
      .map((each) => {
        const [name = '', value = ''] = each.trim().split('=');
        return [name, value.replaceAll('"', '')] as const;
      }),
  );

const seconds = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

const statedAge = (answer: Answer, now: number): number | undefined => {
  const stated = directives(answer);
  const age = seconds(stated.get('s-maxage')) ?? seconds(stated.get('max-age'));
  if (age !== undefined) return age;
  const expires = Date.parse(String(answer.headers.expires ?? ''));
  return Number.isNaN(expires) ? undefined : Math.max(0, (expires - now) / 1000);
};

/**
 * Errors that are kept, and those that are only where they say `max-age` or `s-maxage`;
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
const KEPT_ERRORS = new Set([404, 405, 414, 416, 500, 501, 502, 503, 504]);
const KEPT_IF_STATED = new Set([400, 403, 412, 415]);
/** Where the distribution says nothing of a status. */
const ERROR_SECONDS = 10;

/** For how many seconds a distribution keeps errors of a status. */
export const errorSeconds = (status: number, errorTtl: ReadonlyMap<number, number>): number =>
  errorTtl.get(status) ?? ERROR_SECONDS;

/**
 * For how many seconds CloudFront keeps an answer.
 *
 * With a least time above 0 it keeps also what says `no-store`: that trap is here too. An error is kept for the time of the
 * distribution, ten seconds if it says nothing, or for as long as the error itself says, up to the most of the policy.
 */
export const lifetime = (
  answer: Answer,
  policy: Pick<CachePolicySpec, 'minTtl' | 'defaultTtl' | 'maxTtl'>,
  errorTtl: ReadonlyMap<number, number>,
  now: number,
): number => {
  if (policy.maxTtl === 0) return 0;
  const stated = directives(answer);
  const refused = ['no-store', 'no-cache', 'private'].some((name) => stated.has(name));
  const age = refused ? 0 : statedAge(answer, now);
  if (answer.status >= 400) {
    const isStated = !refused && ['s-maxage', 'max-age'].some((name) => stated.has(name));
    if (!KEPT_ERRORS.has(answer.status) && !(isStated && KEPT_IF_STATED.has(answer.status))) return 0;
    return Math.max(errorSeconds(answer.status, errorTtl), Math.min(policy.maxTtl, age ?? 0));
  }
  if (refused) return policy.minTtl;
  return Math.max(policy.minTtl, Math.min(policy.maxTtl, age ?? policy.defaultTtl));
};

/** Whether an answer whose time is over may stand in for one that the origin cannot give. */
export const mayBeStale = (answer: Answer, secondsOver: number): boolean => {
  const stated = directives(answer);
  const most = seconds(stated.get('stale-if-error'));
  if (['must-revalidate', 'proxy-revalidate', 'no-cache'].some((name) => stated.has(name))) return false;
  return most === undefined || secondsOver < most;
};
