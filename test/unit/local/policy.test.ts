import { describe, expect, it } from '@jest/globals';
import { type Decision, evaluate, parsePolicy } from '../../../local/iam/policy.ts';
import type { Json } from '../../../local/template/json.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/Library';

const judge = (
  statements: Json,
  request: { action?: string; resource?: string; context?: Record<string, string> } = {},
): Decision =>
  evaluate(parsePolicy({ Statement: statements }, 'test'), {
    action: 'dynamodb:GetItem',
    resource: TABLE,
    context: {},
    ...request,
  });

const allow = (more: { [key: string]: Json } = {}): Json => ({
  Effect: 'Allow',
  Action: 'dynamodb:GetItem',
  Resource: TABLE,
  ...more,
});

describe('policies', () => {
  it('allow nothing that they do not name, and say so in the words of AWS', () => {
    expect(judge(allow(), { action: 'dynamodb:PutItem' })).toEqual({
      allowed: false,
      reason: 'because no identity-based policy allows the dynamodb:PutItem action',
    });
    expect(judge(allow(), { resource: `${TABLE}2` }).allowed).toBe(false);
    expect(judge(allow()).allowed).toBe(true);
  });

  it('read * and ? as patterns, actions without regard to case', () => {
    expect(judge(allow({ Action: 'DynamoDB:Get*', Resource: '*' })).allowed).toBe(true);
    expect(judge(allow({ Resource: `${TABLE.slice(0, -1)}?` })).allowed).toBe(true);
    expect(judge(allow({ Resource: `${TABLE}?` })).allowed).toBe(false);
    expect(judge(allow({ Resource: 'arn:aws:s3:::a.b/*' }), { resource: 'arn:aws:s3:::aXb/c' }).allowed).toBe(false);
  });

  it('let a denial win over every permission', () => {
    const deny = { Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' };
    expect(judge([allow(), deny])).toEqual({
      allowed: false,
      reason: 'with an explicit deny in an identity-based policy',
    });
  });

  it('understand NotAction and NotResource', () => {
    const others = { Effect: 'Allow', NotAction: 'dynamodb:Delete*', NotResource: `${TABLE}2` };
    expect(judge(others).allowed).toBe(true);
    expect(judge(others, { action: 'dynamodb:DeleteItem' }).allowed).toBe(false);
    expect(judge(others, { resource: `${TABLE}2` }).allowed).toBe(false);
  });

  it.each([
    ['StringEquals', 'a', 'a', 'b'],
    ['StringLike', 'MEDIA#*', 'MEDIA#1', 'UPLOAD#1'],
    ['StringNotEquals', 'a', 'b', 'a'],
    ['ArnLike', 'arn:aws:s3:::*', 'arn:aws:s3:::x', 'arn:aws:sqs:x'],
    ['Bool', 'true', 'TRUE', 'false'],
    ['NumericLessThanEquals', '10', '9', '11'],
  ])('judge %s', (operator, wanted, met, unmet) => {
    const statement = allow({ Condition: { [operator]: { 'x:key': wanted } } });
    expect(judge(statement, { context: { 'x:key': met } }).allowed).toBe(true);
    expect(judge(statement, { context: { 'x:key': unmet } }).allowed).toBe(false);
  });

  it('need a key that a condition asks for, unless it says IfExists', () => {
    expect(judge(allow({ Condition: { StringEquals: { 'x:key': 'a' } } })).allowed).toBe(false);
    expect(judge(allow({ Condition: { StringEqualsIfExists: { 'x:key': 'a' } } })).allowed).toBe(true);
    expect(judge(allow({ Condition: { Null: { 'x:key': 'true' } } })).allowed).toBe(true);
  });

  it('judge each of several keys with ForAllValues, and any of them with ForAnyValue', () => {
    const keys = { context: { 'dynamodb:LeadingKeys': 'TEAM#1\nTEAM#2' } };
    const forAll = (pattern: string): Json =>
      allow({ Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [pattern] } } });
    const forAny = (pattern: string): Json =>
      allow({ Condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': [pattern] } } });
    expect(judge(forAll('TEAM#*'), keys).allowed).toBe(true);
    expect(judge(forAll('TEAM#1'), keys).allowed).toBe(false);
    expect(judge(forAny('TEAM#1'), keys).allowed).toBe(true);
    expect(judge(forAny('USER#*'), keys).allowed).toBe(false);
  });

  it('refuse what they cannot judge, and name it', () => {
    const decision = judge(allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }));
    expect(decision).toEqual({
      allowed: false,
      reason: 'because the local runtime cannot judge the condition operator IpAddress on aws:SourceIp',
    });
  });

  it('apply a denial with a condition that cannot be evaluated', () => {
    const deny = {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:CurrentTime': 'x' } },
    };
    expect(judge([allow(), deny]).allowed).toBe(false);
  });
});
