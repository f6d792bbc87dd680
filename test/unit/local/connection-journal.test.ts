import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FunctionHost } from '../../../local/ports.ts';
import { createWebSocketGateway } from '../../../local/websocket/gateway.ts';
import { openJournal } from '../../../local/websocket/journal.ts';
import { eventually } from '../../support/drivers/eventually.ts';
import { memoryFolder } from '../../support/drivers/memory-folder.ts';

let file: string;
let folder: string;
beforeEach(() => {
  folder = memoryFolder('journal-');
  file = join(folder, 'connections');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const former = () => {
  const journal = openJournal(file);
  journal.close();
  return journal.former;
};

describe('the journal of connections', () => {
  it('has those that a run before did not end, also when its last line is cut off', () => {
    const journal = openJournal(file);
    for (const id of ['a', 'b', 'c']) journal.opened(id);
    journal.ended('b');
    journal.close();
    expect(former()).toEqual(['a', 'c']);
    appendFileSync(file, '-a\n');
    expect(former()).toEqual(['c']);
  });
});

describe('a gateway after a kill', () => {
  /** A gateway whose function of `$disconnect` fails for these. */
  const start = (failing: readonly string[] = []) => {
    const told: string[] = [];
    const functions: FunctionHost = {
      invoke: async (_name, event) => {
        const { connectionId, eventType } = (event as { requestContext: { connectionId: string; eventType: string } })
          .requestContext;
        told.push(`${eventType} ${connectionId}`);
        return failing.includes(connectionId) ? { payload: {}, functionError: 'Unhandled' } : { payload: {} };
      },
    };
    const gateway = createWebSocketGateway({
      routes: { disconnect: 'disconnect', custom: {} },
      routeSelectionExpression: '$request.body.action',
      apiId: 'api',
      stage: 'ws',
      functions,
      journal: openJournal(file),
    });
    return { told, gateway };
  };

  it('tells of the end of each connection that was open, once, and again where that failed', async () => {
    appendFileSync(file, '+one\n+two\n');
    const first = start(['two']);
    await eventually(() => expect(first.told).toEqual(['DISCONNECT one', 'DISCONNECT two']));
    await eventually(() => expect(readFileSync(file, 'utf8')).toBe('+one\n+two\n-one\n'));
    await first.gateway.stop();
    const second = start();
    await eventually(() => expect(second.told).toEqual(['DISCONNECT two']));
    await eventually(() => expect(readFileSync(file, 'utf8')).toBe('+two\n-two\n'));
    await second.gateway.stop();
    expect(former()).toEqual([]);
  });
});
