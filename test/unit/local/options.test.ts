import { describe, expect, it } from '@jest/globals';
import { parseOptions } from '../../../local/options.ts';

describe('the command line', () => {
  it('has defaults', () => {
    expect(parseOptions([])).toEqual({
      port: 3000,
      data: '.mediashelf',
      memory: false,
      json: false,
      watch: false,
      verbose: false,
      context: {},
      help: false,
      conflicts: true,
    });
  });

  it('refuses what meets a transaction, as DynamoDB does, unless that is switched off', () => {
    expect(parseOptions(['--no-conflicts']).conflicts).toBe(false);
  });

  it('takes a plan of faults', () => {
    expect(parseOptions(['--faults', 'plan.json']).faults).toBe('plan.json');
  });

  it('takes a port of 0 for any free one', () => {
    expect(parseOptions(['--port', '0', '--json']).port).toBe(0);
  });

  it.each([
    [['--port', 'http'], '--port takes a number from 0 to 65535, not "http".'],
    [['--port', '65536'], '--port takes a number from 0 to 65535, not "65536".'],
    [['--speed'], "Unknown option '--speed'. See --help."],
    [['--memory', '--data', 'x'], '--memory keeps nothing, so it takes no --data.'],
    [['--data', ''], '--data takes a folder.'],
  ])('refuses %j in one line', (parameters, message) => {
    expect(() => parseOptions(parameters)).toThrow(message);
  });
});
