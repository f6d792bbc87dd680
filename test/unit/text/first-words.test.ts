import { describe, expect, it } from '@jest/globals';
import { firstWords } from '../../../functions/text/first-words.ts';
import { processorTime } from '../../support/drivers/processor-time.ts';

const wordsOf = (text: string): string =>
  firstWords({ pages: [{ number: 1, name: null, text, source: 'file', confidence: null }] });

describe('the first words of a text', () => {
  it.each([
    ['"Harbour," (she) said: Harbour!', 'Harbour she said'],
    ['jörg@example.org -- 1,000.50 €; ...', 'jörg@example.org 1,000.50'],
    ['港の写真。 写真', '港の写真 写真'],
    ['wow‼ 👍🏽 !!! ‼', 'wow‼ 👍🏽 ‼'],
    ['café\u0301) <\u{1F468}\u200d\u{1F469}>', 'café\u0301 \u{1F468}\u200d\u{1F469}>'],
    [' \n\t ', ''],
  ])('are without the signs around them: %j', (text, words) => expect(wordsOf(text)).toBe(words));

  it('are four hundred, each once, and twenty thousand bytes', () => {
    const many = Array.from({ length: 1000 }, (_, index) => `word${index % 500}`).join(' ');
    expect(wordsOf(many).split(' ')).toHaveLength(400);
    expect(wordsOf('港'.repeat(100_000))).toBe('港'.repeat(6666));
  });

  it.each([
    ['signs that begin a word', '‼'],
    ['signs that end none', '!'],
    ['a letter and signs', 'a!'],
    ['a sign and marks', '!\u0301'],
    ['halves of characters', '\ud83d'],
  ])('take work that grows with the text, and no faster: %s', async (_, piece) => {
    const length = 40_000;
    wordsOf('prose '.repeat(1000));
    const prose = await processorTime(() => wordsOf('a few words of prose '.repeat(length / 10)));
    const hostile = await processorTime(() => wordsOf(piece.repeat(length / piece.length)));
    expect(hostile).toBeLessThan(20 * prose + 200);
  });
});
