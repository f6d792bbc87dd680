import { createHmac } from 'node:crypto';
import { parseAmzDate, parseCredential, sameSignature, signingKey } from '../iam/sigv4.ts';
import type { AccessControl, Principal } from '../ports.ts';
import { AwsError } from '../ports.ts';
import { s3Error } from './errors.ts';

/** Fields of a form, by lower-case name. */
export type FormFields = ReadonlyMap<string, string>;

/** The grant of a policy: the signer of the form, and the bounds of its file. */
export interface PostGrant {
  readonly principal: Principal;
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** Fields that a policy need not name. */
const FREE = new Set(['x-amz-signature', 'policy', 'file', 'bucket']);

function invalid(reason: string): never {
  throw s3Error('AccessDenied', `Invalid according to Policy: ${reason}`);
}

function malformed(reason: string): never {
  throw s3Error('InvalidPolicyDocument', `Invalid Policy: ${reason}`);
}

function verifySigner(fields: FormFields, access: AccessControl): Principal {
  const [policy, algorithm, credentialText, date, signature] = [
    'policy',
    'x-amz-algorithm',
    'x-amz-credential',
    'x-amz-date',
    'x-amz-signature',
  ].map((name) => fields.get(name));
  // A form without a policy is an anonymous upload, which a private bucket never takes.
  if (!policy) throw s3Error('AccessDenied');
  if (!algorithm || !credentialText || !date || !signature) {
    throw s3Error(
      'InvalidArgument',
      'Bucket POST must contain the fields x-amz-algorithm, x-amz-credential, x-amz-date and x-amz-signature.',
    );
  }
  if (algorithm !== 'AWS4-HMAC-SHA256')
    throw s3Error('InvalidArgument', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  const credential = parseCredential(credentialText);
  if (credential?.service !== 's3' || !parseAmzDate(date)?.getTime() || !date.startsWith(credential.date)) {
    throw s3Error('InvalidArgument', 'The Credential or date of the form is malformed.');
  }
  const identity = access.lookup(credential.accessKeyId);
  if (!identity)
    throw new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403);
  const key = signingKey(identity.secretAccessKey, credential.date, credential.region, credential.service);
  if (!sameSignature(createHmac('sha256', key).update(policy).digest('hex'), signature))
    throw s3Error('SignatureDoesNotMatch');
  return identity.principal;
}

function readPolicy(text: string): { expiration: number; conditions: unknown[] } {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return malformed('Invalid JSON.');
  }
  const { expiration, conditions } = (document ?? {}) as Record<string, unknown>;
  const time = typeof expiration === 'string' ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(time)) malformed("Invalid 'expiration' value.");
  if (!Array.isArray(conditions)) malformed('Policy missing conditions.');
  return { expiration: time, conditions };
}

interface Rule {
  readonly operator: string;
  readonly field: string;
  readonly value: string;
}

function readRules(condition: unknown): Rule[] {
  if (Array.isArray(condition)) {
    const [operator, field, value] = condition;
    if (
      condition.length !== 3 ||
      typeof operator !== 'string' ||
      typeof field !== 'string' ||
      !field.startsWith('$') ||
      typeof value !== 'string'
    ) {
      malformed('Invalid condition.');
    }
    return [{ operator: operator.toLowerCase(), field: field.slice(1).toLowerCase(), value }];
  }
  if (typeof condition !== 'object' || condition === null) malformed('Invalid condition.');
  return Object.entries(condition).map(([field, value]) => ({
    operator: 'eq',
    field: field.toLowerCase(),
    value: String(value),
  }));
}

function holds({ operator, field, value }: Rule, given: string): boolean {
  if (operator === 'eq') return given === value;
  if (operator !== 'starts-with') malformed(`Invalid condition operator ${operator}.`);
  // Several content types in one field must each have the prefix.
  const values = field === 'content-type' ? given.split(',') : [given];
  return values.every((one) => one.trim().startsWith(value));
}

/** Checks the signature of a form and every condition of its policy but the length, which `PostGrant` carries to the file. */
export function checkPostPolicy(fields: FormFields, bucket: string, access: AccessControl, now: Date): PostGrant {
  const principal = verifySigner(fields, access);
  const { expiration, conditions } = readPolicy(fields.get('policy') ?? '');
  if (now.getTime() >= expiration) invalid('Policy expired.');
  let [minBytes, maxBytes] = [0, Number.POSITIVE_INFINITY];
  const named = new Set<string>();
  for (const condition of conditions) {
    if (Array.isArray(condition) && String(condition[0]).toLowerCase() === 'content-length-range') {
      const [, min, max] = condition.map(Number);
      if (!Number.isInteger(min) || !Number.isInteger(max) || min === undefined || max === undefined)
        malformed('Invalid content-length-range.');
      minBytes = Math.max(minBytes, min);
      maxBytes = Math.min(maxBytes, max);
      continue;
    }
    for (const rule of readRules(condition)) {
      named.add(rule.field);
      const given = rule.field === 'bucket' ? bucket : (fields.get(rule.field) ?? '');
      if (!holds(rule, given))
        invalid(`Policy Condition failed: ["${rule.operator}", "$${rule.field}", "${rule.value}"]`);
    }
  }
  const extra = [...fields.keys()].filter(
    (name) => !FREE.has(name) && !named.has(name) && !name.startsWith('x-ignore-'),
  );
  if (extra.length > 0) invalid(`Extra input fields: ${extra[0]}`);
  return { principal, minBytes, maxBytes };
}
