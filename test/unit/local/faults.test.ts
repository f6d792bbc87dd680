import { describe, expect, it } from '@jest/globals';
import { faultsOf } from '../../../local/faults/faults.ts';
import { type FaultRule, readPlan } from '../../../local/faults/plan.ts';

const planOf = (...faults: readonly FaultRule[]) => faultsOf({ seed: 7, faults });
const none = () => '';

describe('a plan of faults', () => {
  it.each([
    ['{', 'it is no JSON'],
    ['[]', 'it is no object'],
    ['{"sed":1}', 'it has an unknown field "sed"'],
    ['{"seed":-1}', '"seed" is a number from 0'],
    ['{"faults":{}}', '"faults" is a list'],
    ['{"faults":[{"service":"table"}]}', 'fault 0 has no "do"'],
    ['{"faults":[{"service":"tabel","do":"refuse"}]}', '"service" of fault 0 is one of table, bucket'],
    ['{"faults":[{"service":"table","do":"refuse","share":2}]}', '"share" of fault 0 is a number from 0 to 1, not 2'],
    ['{"faults":[{"service":"table","do":"refuse","__proto__x":1}]}', 'unknown field "__proto__x"'],
    ['{"faults":[{"service":"table","do":"reorder"}]}', 'only a delivery can be reordered'],
    ['{"faults":[{"service":"bucket","do":"twice"}]}', 'calls of the bucket are not done twice'],
  ])('is refused: %s', (text, message) => {
    expect(() => readPlan(text)).toThrow(message);
  });

  it('has the same faults for the same seed and calls', () => {
    const rule = { service: 'table', do: 'throttle', share: 0.3 } as const;
    const run = (seed: number) => {
      const at = faultsOf({ seed, faults: [rule] });
      return Array.from({ length: 100 }, () => at('table', 'GetItem', none) !== undefined);
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    const faults = run(1).filter(Boolean).length;
    expect([faults > 15, faults < 45]).toEqual([true, true]);
  });

  it('is for the service, the call and the text that a rule names, and for as many calls', () => {
    const rule = { service: 'table', call: 'UpdateItem', about: 'MEDIA#', do: 'refuse', after: 1, times: 2 } as const;
    const at = planOf(rule);
    const media = () => '{"pk":"MEDIA#1"}';
    expect(at('bucket', 'UpdateItem', media)).toBeUndefined();
    expect(at('table', 'GetItem', media)).toBeUndefined();
    expect(at('table', 'UpdateItem', () => 'USER#')).toBeUndefined();
    const given = Array.from({ length: 5 }, () => at('table', 'UpdateItem', media));
    expect(given).toEqual([undefined, rule, rule, undefined, undefined]);
  });

  it('is decided by the first rule that fits', () => {
    const [first, second] = [
      { service: 'table', do: 'refuse', times: 1 },
      { service: 'table', do: 'delay' },
    ] as const;
    const at = planOf(first, second);
    expect([at('table', 'GetItem', none), at('table', 'GetItem', none)]).toEqual([first, second]);
  });
});
