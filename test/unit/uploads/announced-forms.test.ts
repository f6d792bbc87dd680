import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { MOST_BESIDE_FILES } from '../../../functions/http/form.ts';
import { formOf } from '../../../functions/http/form-body.ts';
import { type FormRoomDeps, formRoom } from '../../../functions/uploads/form-room.ts';
import { type FormRules, receiveFiles } from '../../../functions/uploads/receive-files.ts';
import { httpEvent } from '../../support/drivers/http-event.ts';
import { settings } from '../../support/drivers/team-of-files.ts';

const QUOTA = 1_000_000_000;
const LARGEST_FORM = 300_000_000;
const LARGEST_FILE = 100_000_000;

/** Takes a form that says it has so many bytes, and tells the refusal and whether anything of it was read. */
const take = async (
  announced: number | undefined,
  { stored = 0, rules = {} }: { stored?: number; rules?: Partial<FormRules> } = {},
) => {
  let wasRead = false;
  const stream = new Readable({
    read() {
      wasRead = true;
      this.destroy(new Error('broken off'));
    },
  });
  const headers = {
    'content-type': 'multipart/form-data; boundary=edge',
    ...(announced === undefined ? {} : { 'content-length': String(announced) }),
  };
  const form = formOf({ ...httpEvent({ routeKey: 'POST /upload', headers }), stream });
  const limits = { image: LARGEST_FILE, video: LARGEST_FILE, audio: LARGEST_FILE, document: LARGEST_FILE };
  const deps: FormRoomDeps = {
    settings: { ...settings, limits, quotaBytes: QUOTA, formBytes: LARGEST_FORM },
    committed: async () => stored,
    expectDisk: async () => undefined,
  };
  const room = await formRoom({ teamId: 'team' }, deps);
  const refusal = await receiveFiles(
    form,
    '/nowhere',
    { types: [], limits },
    {
      ...{ field: 'files', hasFields: false, room },
      ...rules,
    },
  ).catch(({ code, message }) => ({ code, message }));
  return { wasRead, refusal };
};

describe('a form that says how many bytes it has', () => {
  it.each([
    ['all files of one form may have', LARGEST_FORM, {}, 'TOO_LARGE'],
    ['its sender may still store', 50_000_000, { stored: QUOTA - 50_000_000 }, 'QUOTA_EXCEEDED'],
    ['the one file may have that it takes', LARGEST_FILE, { rules: { mostFiles: 1 } }, 'TOO_LARGE'],
    ['a file may have there', 10_000_000, { rules: { mostFiles: 1, largestFile: 10_000_000 } }, 'TOO_LARGE'],
  ])('is refused unread when that is more than %s', async (_, most, given, code) => {
    const { wasRead, refusal } = await take(most + MOST_BESIDE_FILES + 1, given);
    expect({ wasRead, refusal }).toEqual({ wasRead: false, refusal: expect.objectContaining({ code }) });
    expect(await take(most + MOST_BESIDE_FILES, given)).toMatchObject({
      wasRead: true,
      refusal: { code: 'VALIDATION' },
    });
  });

  it('is read where it says nothing, as far as it fits', async () =>
    expect(await take(undefined)).toMatchObject({ wasRead: true, refusal: { code: 'VALIDATION' } }));
});
