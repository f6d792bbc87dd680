import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { openOutcomes } from '../../../client/uploads/outcome.ts';

const stored = (uploadId: string, mediaId: string) => ({ status: 'stored', uploadId, mediaId }) as const;
const expected = (uploadId: string, mediaId: string, isNew: boolean) => ({ uploadId, mediaId, isNew });
const active = (uploadId: string, mediaId: string) => ({
  status: 'active',
  uploadId,
  mediaId,
  code: null,
  message: null,
});
const failure = (id: string, mediaId: string) =>
  ({ id, mediaId, filename: 'a', status: 'rejected', code: 'CONTENT_MISMATCH', message: 'no' }) as const;

/** A listener that hears everything, a server that knows these states, and what that was asked for. */
const listening = (states: Record<string, string> = {}) => {
  const asked: string[] = [];
  const call = async (_: string, { path }: { path: { id: string } }) => {
    asked.push(path.id);
    return { status: states[path.id] ?? 'processing', mediaId: 'm', code: null, message: null };
  };
  return { asked, outcomes: openOutcomes(call as never, { isOpen: () => true }) };
};

describe('the outcome of an upload that is heard of', () => {
  it('comes with the event of its new record, without a request', async () => {
    const { asked, outcomes } = listening();
    outcomes.expect(expected('u', 'm', true));
    outcomes.changed('m', true);
    expect(await outcomes.wait(stored('u', 'm'))).toEqual(active('u', 'm'));
    expect(asked).toEqual([]);
  });

  it('is that of this upload, and of no other for the same record', async () => {
    const { asked, outcomes } = listening();
    for (const id of ['u1', 'u2']) outcomes.expect(expected(id, 'm', false));
    outcomes.failed(failure('u1', 'm'));
    const { code, message, status } = failure('u1', 'm');
    expect(await outcomes.wait(stored('u1', 'm'))).toEqual({ uploadId: 'u1', mediaId: 'm', status, code, message });
    const other = outcomes.wait(stored('u2', 'm'));
    outcomes.failed(failure('u2', 'm'));
    expect(await other).toMatchObject({ uploadId: 'u2', status: 'rejected' });
    expect(asked).toEqual([]);
  });

  it('is asked for when the record that it replaces the file of is changed, before or during a wait', async () => {
    const states: Record<string, string> = { u1: 'active' };
    const { asked, outcomes } = listening(states);
    outcomes.expect(expected('u1', 'm', false));
    outcomes.changed('m', false);
    expect(await outcomes.wait(stored('u1', 'm'))).toEqual(active('u1', 'm'));

    outcomes.expect(expected('u2', 'm', false));
    const second = outcomes.wait(stored('u2', 'm'));
    // Another person gave the record a title.
    outcomes.changed('m', false);
    while (asked.length < 2) await turn();
    await turn();
    states.u2 = 'active';
    outcomes.changed('m', false);
    expect(await second).toEqual(active('u2', 'm'));
    expect(asked).toEqual(['u1', 'u2', 'u2']);
  });

  it('is not taken from a repeated event of the record that was there before', async () => {
    const { asked, outcomes } = listening({ u: 'rejected' });
    outcomes.expect(expected('u', 'm', false));
    outcomes.changed('m', true);
    expect(await outcomes.wait(stored('u', 'm'))).toMatchObject({ status: 'rejected' });
    expect(asked).toEqual(['u']);
  });
});
