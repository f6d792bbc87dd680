import { type Json, type JsonRecord, list, optionalText, record, texts } from '../template/json.ts';
import { type Condition, parseConditions, unmetReason } from './conditions.ts';
import { globMatcher } from './glob.ts';

/** One statement of a policy document. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Matcher;
  readonly resources: Matcher;
  readonly conditions: readonly Condition[];
}

/** The action and resource of a request. */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** The decision of the policies, with AWS's reason for a denial. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

type Matcher = (value: string) => boolean;

/** Reads a policy document. Throws when it has something that the local runtime cannot judge. */
export const parsePolicy = (document: Json | undefined, where: string): readonly Statement[] =>
  list(record(document, where).Statement).map((item, index) =>
    parseStatement(record(item, where), `${where}[${index}]`),
  );

const parseStatement = (statement: JsonRecord, where: string): Statement => {
  const effect = optionalText(statement.Effect, `${where}.Effect`);
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error(`${where}.Effect is neither Allow nor Deny.`);
  return {
    effect,
    actions: either(statement, 'Action', where, true),
    resources: either(statement, 'Resource', where, false),
    conditions: parseConditions(statement.Condition, where),
  };
};

const either = (statement: JsonRecord, name: string, where: string, ignoreCase: boolean): Matcher => {
  const negated = statement[`Not${name}`];
  if (negated === undefined && statement[name] === undefined) throw new Error(`${where} has no ${name}.`);
  const patterns = texts(negated ?? statement[name], `${where}.${name}`).map((glob) => globMatcher(glob, ignoreCase));
  return negated === undefined
    ? (value) => patterns.some((matches) => matches(value))
    : (value) => !patterns.some((matches) => matches(value));
};

/** Judges a request as IAM does: a denial wins over everything, and without a permission the answer is no. */
export const evaluate = (statements: readonly Statement[], request: AccessRequest): Decision => {
  let reason = `because no identity-based policy allows the ${request.action} action`;
  let allowed = false;
  for (const statement of statements) {
    if (!statement.actions(request.action) || !statement.resources(request.resource)) continue;
    const unmet = unmetReason(statement.conditions, request.context);
    if (statement.effect === 'Deny') {
      // An unsupported condition must not allow what a denial might forbid.
      if (unmet?.kind === 'unmet') continue;
      return { allowed: false, reason: unmet?.message ?? 'with an explicit deny in an identity-based policy' };
    }
    if (unmet === undefined) allowed = true;
    else if (unmet.kind === 'unknown') reason = unmet.message;
  }
  return allowed ? { allowed } : { allowed: false, reason };
};
