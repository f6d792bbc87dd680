import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../../../functions/realtime/protocol.ts';
import { isRequest, MESSAGE_BYTES, REFUSALS, REQUESTS, readRequest } from '../../../functions/realtime/protocol.ts';
import { EXAMPLES } from '../../../scripts/realtime-examples.ts';

const read = (message: unknown) => readRequest(typeof message === 'string' ? message : JSON.stringify(message));
const codeOf = (message: unknown) => (read(message) as Answer).code;

describe('a message', () => {
  it.each(Object.entries(EXAMPLES))('%s is read as its example has it', (_action, example) => {
    expect(read(example)).toEqual(example);
  });

  it('has an example for each action', () => expect(Object.keys(EXAMPLES)).toEqual(Object.keys(REQUESTS)));

  it.each(Object.entries(EXAMPLES))('%s is refused with a field too many, and repeats its id', (_action, example) => {
    const answer = read({ ...example, id: '7', extra: 1 });
    expect(answer).toMatchObject({ type: 'error', id: '7', code: 'INVALID_MESSAGE' });
    expect(isRequest(answer)).toBe(false);
  });

  const required = Object.entries(EXAMPLES).flatMap(([action, example]) =>
    Object.keys(example)
      .filter((field) => !['action', 'id', 'private', 'invite'].includes(field))
      .map((field) => [action, field] as const),
  );
  it.each(required)('%s is refused without %s, and with it of another type', (action, field) => {
    const { [field]: _, ...without } = EXAMPLES[action as keyof typeof EXAMPLES] as Record<string, unknown>;
    expect(read(without)).toMatchObject({
      type: 'error',
      code: expect.stringMatching(/^(INVALID_MESSAGE|UNKNOWN_CHANNEL)$/),
    });
    if (field === 'data') return;
    expect(read({ ...without, [field]: { $ne: 1 } })).toMatchObject({ type: 'error' });
  });

  it.each([
    ['{', 'INVALID_MESSAGE'],
    ['', 'INVALID_MESSAGE'],
    ['null', 'INVALID_MESSAGE'],
    ['[]', 'INVALID_MESSAGE'],
    ['{"action":1}', 'INVALID_MESSAGE'],
    ['{"__proto__":{"action":"ping"}}', 'INVALID_MESSAGE'],
    ['{"action":"publish","channel":"a","data":{"__proto__":{"admin":true}}}', 'INVALID_MESSAGE'],
    ['{"action":"publish","channel":"a"}', 'INVALID_MESSAGE'],
    ['{"action":"publish","channel":"a","data":[{"x":1e400}]}', 'INVALID_MESSAGE'],
    ['{"action":"constructor"}', 'UNKNOWN_ACTION'],
    ['{"action":"__proto__"}', 'UNKNOWN_ACTION'],
    ['{"action":"subscribe","channel":"*"}', 'UNKNOWN_CHANNEL'],
    ['{"action":"subscribe","channel":"other#media"}', 'UNKNOWN_CHANNEL'],
    ['{"action":"subscribe","channel":"user:*"}', 'UNKNOWN_CHANNEL'],
    ['{"action":"subscribe","channel":{"$ne":1}}', 'UNKNOWN_CHANNEL'],
    ['{"action":"resume","channel":"media","since":-1}', 'INVALID_MESSAGE'],
    ['{"action":"resume","channel":"media","since":0.5}', 'INVALID_MESSAGE'],
    ['{"action":"resume","channel":"media","since":1e308}', 'INVALID_MESSAGE'],
    ['{"action":"resume","channel":"media","since":9007199254740992}', 'INVALID_MESSAGE'],
    ['{"action":"resume","channel":"media","since":"1"}', 'INVALID_MESSAGE'],
    ['{"action":"resume","channel":"media","since":null}', 'INVALID_MESSAGE'],
    ['{"action":"ping","id":{"$ne":1}}', 'INVALID_MESSAGE'],
    ['{"action":"ping","id":null}', 'INVALID_MESSAGE'],
    ['{"action":"ping","id":true}', 'INVALID_MESSAGE'],
    ['{"action":"ping","id":1e999}', 'INVALID_MESSAGE'],
    [JSON.stringify({ action: 'ping', id: 'x'.repeat(129) }), 'INVALID_MESSAGE'],
    ['{"action":"subscribe","channel":"room:"}', 'UNKNOWN_CHANNEL'],
    ['{"action":"subscribe","channel":"room:a/b"}', 'UNKNOWN_CHANNEL'],
    ['{"action":"subscribe","channel":"a\\u0000"}', 'UNKNOWN_CHANNEL'],
    ['{"action":"subscribe","channel":"a\\n"}', 'UNKNOWN_CHANNEL'],
    [JSON.stringify({ action: 'subscribe', channel: 'x'.repeat(65) }), 'UNKNOWN_CHANNEL'],
    ['{"action":"room.create","room":"a b"}', 'INVALID_MESSAGE'],
    ['{"action":"room.create","room":"__proto__"}', 'INVALID_MESSAGE'],
    ['{"action":"room.create","room":"../x"}', 'INVALID_MESSAGE'],
    ['{"action":"room.create","room":""}', 'INVALID_MESSAGE'],
    ['{"action":"room.create","room":"a\\n"}', 'INVALID_MESSAGE'],
    ['{"action":"room.create","room":"a","invite":[1]}', 'INVALID_MESSAGE'],
    ['{"action":"room.create","room":"a","private":"yes"}', 'INVALID_MESSAGE'],
    [JSON.stringify({ action: 'room.create', room: 'a', invite: Array(101).fill('u') }), 'INVALID_MESSAGE'],
    [`{"action":"broadcast","data":${'['.repeat(65)}${']'.repeat(65)}}`, 'INVALID_MESSAGE'],
    [`{"action":"broadcast","data":${'['.repeat(16_000)}${']'.repeat(16_000)}}`, 'INVALID_MESSAGE'],
    [`{"action":"broadcast","data":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`, 'INVALID_MESSAGE'],
    // 8 KB as they come; each number is 22 characters when it is sent on.
    [`{"action":"broadcast","data":[${Array(2_000).fill('1e20').join()}]}`, 'TOO_LARGE'],
    ['{"action":"direct","to":"team:1","data":1}', 'INVALID_MESSAGE'],
    [JSON.stringify({ action: 'ping', fill: 'x'.repeat(MESSAGE_BYTES) }), 'TOO_LARGE'],
    [JSON.stringify({ action: 'publish', channel: 'a', data: '\u00e9'.repeat(MESSAGE_BYTES / 2) }), 'TOO_LARGE'],
  ])('that is %.70s is answered with an error', (message, code) => {
    expect(codeOf(message)).toBe(code);
    expect(Object.keys(REFUSALS)).toContain(code);
  });
});
