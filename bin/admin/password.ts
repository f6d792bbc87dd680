import { randomBytes } from 'node:crypto';
import type { ReadStream } from 'node:tty';

const RETURN = '\r';
const LINE_FEED = '\n';
const BACKSPACE = '\u007f';
const INTERRUPT = '\u0003';
const END = '\u0004';

/** A generated password: 120 random bits. */
export const newPassword = (): string => randomBytes(15).toString('base64url');

/** Asks on a terminal without showing the answer. */
export const askSecretly = (question: string, input: ReadStream, output: NodeJS.WritableStream): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const finish = (settle: () => void): void => {
      input.off('data', listen);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      settle();
    };
    const listen = (chunk: Buffer): void => {
      for (const character of chunk.toString('utf8')) {
        if (character === INTERRUPT) {
          finish(() => reject(new Error('given up')));
          return;
        }
        if (character === RETURN || character === LINE_FEED || character === END) {
          finish(() => resolve(answer));
          return;
        }
        answer = character === BACKSPACE ? answer.slice(0, -1) : answer + character;
      }
    };
    output.write(question);
    input.setRawMode(true);
    input.on('data', listen);
    input.resume();
  });

/** The whole input of a pipe, without the line's end. */
export const readPiped = async (input: NodeJS.ReadableStream): Promise<string> => {
  let text = '';
  for await (const chunk of input) text += String(chunk);
  return text.replace(/\r?\n$/, '');
};
