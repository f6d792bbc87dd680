import { type Json, record, texts } from '../template/json.ts';
import { globMatcher } from './glob.ts';

/** One operator and key of a condition block, with the values that it takes. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Why a condition does not hold. `unknown` names an operator that the local runtime does not support. */
export interface Unmet {
  readonly kind: 'unmet' | 'unknown';
  readonly message: string;
}

/** Reads a statement's condition block. */
export const parseConditions = (block: Json | undefined, where: string): readonly Condition[] =>
  Object.entries(record(block, `${where}.Condition`)).flatMap(([operator, keys]) =>
    Object.entries(record(keys, `${where}.Condition.${operator}`)).map(([key, values]) => ({
      operator,
      key,
      values: texts(values, `${where}.Condition.${operator}.${key}`),
    })),
  );

/**
 * The first condition that does not hold, or undefined when all do.
 *
 * A context value with several members (as `dynamodb:LeadingKeys` has) is its members joined by a newline, which no key of
 * AWS's contains.
 */
export const unmetReason = (
  conditions: readonly Condition[],
  context: Readonly<Record<string, string>>,
): Unmet | undefined => {
  const lowered = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  for (const { operator, key, values } of conditions) {
    const given = lowered.get(key.toLowerCase())?.split('\n');
    const holds = judge(operator, values, given);
    if (holds === undefined) {
      const message = `because the local runtime cannot judge the condition operator ${operator} on ${key}`;
      return { kind: 'unknown', message };
    }
    if (!holds) return { kind: 'unmet', message: `because the condition ${operator} on ${key} is not met` };
  }
  return undefined;
};

type Test = (given: string, wanted: string) => boolean;
const like: Test = (given, wanted) => globMatcher(wanted)(given);

/** The operators, each with the test of one pair. Those with `Not` in their name hold when no value matches. */
const OPERATORS: Readonly<Record<string, { readonly test: Test; readonly negated?: boolean }>> = {
  StringEquals: { test: (given, wanted) => given === wanted },
  StringNotEquals: { test: (given, wanted) => given === wanted, negated: true },
  StringEqualsIgnoreCase: { test: (given, wanted) => given.toLowerCase() === wanted.toLowerCase() },
  StringNotEqualsIgnoreCase: { test: (given, wanted) => given.toLowerCase() === wanted.toLowerCase(), negated: true },
  StringLike: { test: like },
  StringNotLike: { test: like, negated: true },
  ArnEquals: { test: like },
  ArnLike: { test: like },
  ArnNotEquals: { test: like, negated: true },
  ArnNotLike: { test: like, negated: true },
  Bool: { test: (given, wanted) => given.toLowerCase() === wanted.toLowerCase() },
  NumericEquals: { test: (given, wanted) => Number(given) === Number(wanted) },
  NumericLessThan: { test: (given, wanted) => Number(given) < Number(wanted) },
  NumericLessThanEquals: { test: (given, wanted) => Number(given) <= Number(wanted) },
  NumericGreaterThan: { test: (given, wanted) => Number(given) > Number(wanted) },
  NumericGreaterThanEquals: { test: (given, wanted) => Number(given) >= Number(wanted) },
};

const judge = (
  operator: string,
  wanted: readonly string[],
  given: readonly string[] | undefined,
): boolean | undefined => {
  if (operator === 'Null') return wanted.includes(String(given === undefined));
  const [, quantifier, base, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const known = OPERATORS[base ?? ''];
  if (known === undefined) return undefined;
  const { test, negated = false } = known;
  const matches = (value: string): boolean => wanted.some((each) => test(value, each)) !== negated;
  if (given === undefined) return ifExists !== undefined || quantifier === 'ForAllValues' || (negated && !quantifier);
  return quantifier === 'ForAnyValue' ? given.some(matches) : given.every(matches);
};
