import { describe, expect, it } from '@jest/globals';
import { jsonLine } from '../../../local/lambda/json-console.ts';

const read = (...parts: unknown[]) => JSON.parse(jsonLine('INFO', 'an-id', parts));

describe('a line that a function logs', () => {
  it('holds an object as it is, beside level, time and the id of the request', () => {
    const line = read({ route: 'GET /x', status: 200 });
    expect(line).toMatchObject({ level: 'INFO', requestId: 'an-id', message: { route: 'GET /x', status: 200 } });
    expect(Date.parse(line.timestamp)).not.toBeNaN();
  });

  it('holds several parts as text, and an error as its type, message and stack', () => {
    expect(read('%d of %s', 3, 'many').message).toBe('3 of many');
    expect(read(new TypeError('broken')).message).toMatchObject({ errorType: 'TypeError', errorMessage: 'broken' });
  });

  it('is written for what has no JSON too', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(read(circle).message).toContain('Circular');
    expect(JSON.parse(jsonLine('INFO', undefined, ['x']))).not.toHaveProperty('requestId');
  });
});
