import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { channelOrder } from '../../../client/realtime/channel-order.ts';

describe('the order of a channel', () => {
  it('begins at the end of the log when the client has seen no event yet', () => {
    const order = channelOrder();
    expect(order.ask()).toBe(Number.MAX_SAFE_INTEGER);
    expect(order.take(6)).toBe('drop');
    expect(order.answered({ seq: 6, gap: true })).toBe(false);
    expect([order.take(6), order.take(7), order.position()]).toEqual(['drop', 'deliver', 7]);
  });

  it('says that events were missed that the server does not have any more', () => {
    const order = channelOrder(10);
    expect(order.ask()).toBe(10);
    expect(order.answered({ seq: 40, gap: true })).toBe(true);
    expect([order.take(40), order.take(41)]).toEqual(['drop', 'deliver']);
  });

  it('asks when an event is out of turn, and when there was more than one answer holds', () => {
    const order = channelOrder(3);
    expect([order.take(5), order.ask(), order.take(6)]).toEqual(['ask', 3, 'drop']);
    order.answered({ seq: 5, gap: false, more: true });
    expect([order.take(4), order.take(5), order.ask()]).toEqual(['deliver', 'deliver-and-ask', 5]);
  });

  it('delivers everything once and in order, wherever connections are cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 20 });
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 4 }), (lengths, atOnce) => {
        const order = channelOrder(0);
        const delivered: number[] = [];
        let last = 0;
        /** Answers as the server does: what was missed, and no more of it than goes at once. */
        const resume = (): void => {
          const since = order.ask();
          const seq = Math.min(last, since + atOnce);
          order.answered({ seq, gap: false, more: seq < last });
          for (let at = since + 1; at <= seq; at += 1) hear(at);
        };
        const hear = (seq: number): void => {
          const verdict = order.take(seq);
          if (verdict === 'deliver' || verdict === 'deliver-and-ask') delivered.push(seq);
          if (verdict === 'ask' || verdict === 'deliver-and-ask') resume();
        };
        for (const [index, length] of lengths.entries()) {
          // Every second stretch happens without a listener, and what it ends with comes twice.
          const isCut = index % 2 === 1;
          for (let step = 0; step < length; step += 1) {
            last += 1;
            if (!isCut) hear(last);
          }
          if (isCut) resume();
          hear(last);
        }
        expect(delivered).toEqual(Array.from({ length: last }, (_, index) => index + 1));
      }),
    );
  });
});
