/** A media range of an `Accept` header (RFC 9110, section 12.5.1) in lower case, and its weight, from 0 to 1. */
export interface MediaRange {
  readonly range: string;
  readonly weight: number;
}

/** At most three digits after the point; any other form is not a weight, and its range is ignored. */
const WEIGHT = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/;

/** The ranges that an `Accept` header names. A range with parameters names fewer types, and matches none of ours. */
export const mediaRanges = (accept: string | undefined): readonly MediaRange[] =>
  (accept ?? '').split(',').flatMap((each) => {
    const [range = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    const [weight = 'q=1'] = parameters;
    const value = /^q\s*=\s*(\S+)$/.exec(weight)?.[1] ?? '';
    return range !== '' && WEIGHT.test(value) ? [{ range, weight: Number(value) }] : [];
  });

/** The weight of a type: a range that names it precedes one of its family, and that any type. */
export const welcome = (
  ranges: readonly MediaRange[],
  type: string,
): { readonly weight: number; readonly named: boolean } => {
  for (const candidate of [type, `${type.split('/', 1)[0]}/*`, '*/*']) {
    const found = ranges.find(({ range }) => range === candidate);
    if (found) return { weight: found.weight, named: candidate === type };
  }
  return { weight: 0, named: false };
};
