import { describe, expect, it } from '@jest/globals';
import { parseFilters } from '../../../local/lambda/filter.ts';
import type { Json } from '../../../local/template/json.ts';

const passes = (pattern: Json, event: Json): boolean => parseFilters([JSON.stringify(pattern)])(event);

describe('event filters', () => {
  it('let everything pass when there is none', () => {
    expect(parseFilters([])({ a: 1 })).toBe(true);
  });

  it('match exact values, and members of lists', () => {
    expect(passes({ name: ['a', 'b'] }, { name: 'b' })).toBe(true);
    expect(passes({ name: ['a'] }, { name: ['x', 'a'] })).toBe(true);
    expect(passes({ name: ['a'] }, { name: 'b' })).toBe(false);
  });

  it.each<[string, Json, Json, Json]>([
    ['prefix', { prefix: 'MEDIA#' }, 'MEDIA#1', 'TAG#1'],
    ['suffix', { suffix: '.png' }, 'a.png', 'a.jpg'],
    ['anything-but', { 'anything-but': ['a', 'b'] }, 'c', 'a'],
    ['anything-but with a prefix', { 'anything-but': { prefix: 'x' } }, 'y', 'xy'],
    ['numeric ranges', { numeric: ['>', 0, '<=', 5] }, '5', '6'],
    ['equals-ignore-case', { 'equals-ignore-case': 'Yes' }, 'yEs', 'no'],
  ])('know %s', (_, rule, met, unmet) => {
    expect(passes({ key: [rule] }, { key: met })).toBe(true);
    expect(passes({ key: [rule] }, { key: unmet })).toBe(false);
  });

  it('tell a missing key from a present one', () => {
    expect(passes({ key: [{ exists: false }] }, {})).toBe(true);
    expect(passes({ key: [{ exists: true }] }, {})).toBe(false);
    expect(passes({ key: [{ 'anything-but': 'a' }] }, {})).toBe(false);
    expect(passes({ __proto__key: [{ exists: true }] }, {})).toBe(false);
  });

  it('need every key of a pattern, one pattern of several, and understand $or', () => {
    expect(passes({ a: ['1'], b: { c: ['2'] } }, { a: '1', b: { c: '2' } })).toBe(true);
    expect(passes({ a: ['1'], b: { c: ['2'] } }, { a: '1', b: {} })).toBe(false);
    expect(parseFilters(['{"a":["1"]}', '{"b":["1"]}'])({ b: '1' })).toBe(true);
    expect(passes({ $or: [{ a: ['1'] }, { b: ['1'] }] }, { b: '1' })).toBe(true);
  });

  it('refuse a rule that they do not know', () => {
    expect(() => parseFilters(['{"a":[{"cidr":"10.0.0.0/8"}]}'])).toThrow('does not know the filter rule cidr');
  });
});
