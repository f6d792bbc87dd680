import { describe, expect, it } from '@jest/globals';
import type { JsonRecord } from '../../../local/template/json.ts';
import { resolveStack } from '../../../local/template/stack.ts';

const outputOf = (value: unknown, template: JsonRecord = {}): string | undefined =>
  resolveStack('Shelf', { ...template, Outputs: { Answer: { Value: value as JsonRecord } } }).outputs.Answer;

const QUEUE: JsonRecord = { Resources: { Inbox: { Type: 'AWS::SQS::Queue', Properties: {} } } };

describe('intrinsic functions', () => {
  it('joins, selects and splits', () => {
    expect(outputOf({ 'Fn::Join': ['-', ['a', { 'Fn::Select': [1, { 'Fn::Split': [',', 'b,c'] }] }]] })).toBe('a-c');
  });

  it('substitutes parameters, attributes, own variables and literals', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Fn::Sub's own placeholders
    const sub = { 'Fn::Sub': ['${AWS::Region}/${Inbox.QueueName}/${Own}/${!Literal}', { Own: 'mine' }] };
    expect(outputOf(sub, QUEUE)).toMatch(/^us-east-1\/Shelf-Inbox-[0-9a-f]{8}\/mine\/\$\{Literal\}$/);
  });

  it('reads the default of a parameter and names one without', () => {
    expect(outputOf({ Ref: 'Size' }, { Parameters: { Size: { Type: 'Number', Default: 3 } } })).toBe('3');
    expect(() => outputOf({ Ref: 'Size' }, { Parameters: { Size: { Type: 'Number' } } })).toThrow(
      'The parameter Size has no default',
    );
  });

  it('decides conditions', () => {
    const Conditions: JsonRecord = {
      Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
      Both: { 'Fn::And': [{ Condition: 'Here' }, { 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }] },
      Neither: { 'Fn::Or': [{ 'Fn::Equals': ['a', 'b'] }, { 'Fn::Not': [{ Condition: 'Both' }] }] },
    };
    expect(outputOf({ 'Fn::If': ['Both', 'yes', 'no'] }, { Conditions })).toBe('yes');
    expect(outputOf({ 'Fn::If': ['Neither', 'yes', 'no'] }, { Conditions })).toBe('no');
  });

  it('looks into mappings and encodes base64', () => {
    const Mappings: JsonRecord = { Sizes: { 'us-east-1': { small: 160 } } };
    expect(outputOf({ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] }, { Mappings })).toBe('160');
    expect(outputOf({ 'Fn::Base64': 'shelf' })).toBe('c2hlbGY=');
  });

  it('removes what AWS::NoValue stands for', () => {
    const Properties: JsonRecord = { DelaySeconds: { Ref: 'AWS::NoValue' }, VisibilityTimeout: 5 };
    const [queue] = resolveStack('Shelf', { Resources: { Inbox: { Type: 'AWS::SQS::Queue', Properties } } }).resources;
    expect(queue?.properties).toEqual({ VisibilityTimeout: 5 });
  });

  it('refuses the values of other stacks, and functions that it does not know', () => {
    expect(() => outputOf({ 'Fn::ImportValue': 'Other' })).toThrow('one stack alone');
    expect(() => outputOf({ 'Fn::Cidr': ['10.0.0.0/8', 1, 8] })).toThrow(
      'does not know the intrinsic function Fn::Cidr',
    );
  });
});

describe('resources', () => {
  it('have the same physical name at each boot', () => {
    const name = (): string | undefined => resolveStack('Shelf', QUEUE).resources[0]?.name;
    expect(name()).toMatch(/^Shelf-Inbox-[0-9a-f]{8}$/);
    expect(name()).toBe(name());
  });

  it('of an unknown type fail the boot by name', () => {
    const template: JsonRecord = { Resources: { Search: { Type: 'AWS::OpenSearchService::Domain', Properties: {} } } };
    expect(() => resolveStack('Shelf', template)).toThrow(
      'The local runtime does not know the resource type AWS::OpenSearchService::Domain (logical id Search).',
    );
  });

  it('that need nothing here are left out, and can still be referred to', () => {
    const Resources: JsonRecord = { Group: { Type: 'AWS::Logs::LogGroup', Properties: {} } };
    const stack = resolveStack('Shelf', { Resources, Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Group', 'Arn'] } } } });
    expect(stack.resources).toEqual([]);
    expect(stack.outputs.Arn).toMatch(/^arn:aws:logs:us-east-1:000000000000:log-group:Shelf-Group-/);
  });

  it('whose condition is false do not exist', () => {
    const template: JsonRecord = {
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { Inbox: { Type: 'AWS::SQS::Queue', Condition: 'Never', Properties: {} } },
    };
    expect(resolveStack('Shelf', template).resources).toEqual([]);
  });
});
