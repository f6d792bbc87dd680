import { describe, expect, it } from '@jest/globals';
import { type RequestTextDeps, requestText, textOnUpload } from '../../../functions/text/request-text.ts';
import { aRecord } from '../../support/drivers/library.ts';

const OPTIONS = { language: 'auto', preserveFormatting: false, pages: undefined };
const WHO = { id: 'user', isKey: false };
const record = aRecord({ mimeType: 'application/pdf', fileVersion: 'v' });
const upload = { id: 'v', mediaId: record.id, teamId: record.teamId, mimeType: record.mimeType };

/** The claims, running texts and sent orders of a library in which one step fails as often as `failures` says. */
const desk = (failing: 'request' | 'send' | undefined, failures = 1) => {
  const claimed = new Set<string>();
  const running = new Set<string>();
  const sent: string[] = [];
  let left = failures;
  const perhaps = (step: typeof failing): void => {
    if (step !== failing || left === 0) return;
    left -= 1;
    throw new Error(`${step} failed`);
  };
  const deps: RequestTextDeps = {
    texts: {
      request: async ({ mediaId }) => {
        perhaps('request');
        if (running.has(mediaId)) return false;
        running.add(mediaId);
        return true;
      },
      withdraw: async ({ mediaId }) => void running.delete(mediaId),
    },
    claims: {
      take: async (_, id) => {
        const isNew = !claimed.has(id);
        claimed.add(id);
        return { lane: 0, isNew };
      },
      release: async (_, id) => void claimed.delete(id),
    },
    send: async ({ mediaId }) => {
      perhaps('send');
      sent.push(mediaId);
    },
    clock: () => new Date('2030-01-01T00:00:00Z'),
  };
  return { claimed, running, sent, deps };
};

describe('a text that is requested', () => {
  it.each(['request', 'send'] as const)(
    'leaves no claim and no running text behind when the %s fails',
    async (step) => {
      const { claimed, running, sent, deps } = desk(step);
      await expect(requestText(deps)(record, OPTIONS, WHO)).rejects.toThrow(`${step} failed`);
      expect([claimed.size, running.size]).toEqual([0, 0]);
      await requestText(deps)(record, OPTIONS, WHO);
      expect([claimed.size, sent]).toEqual([1, [record.id]]);
    },
  );

  it('keeps the claim of a reading that is queued already', async () => {
    const { claimed, sent, deps } = desk(undefined);
    await requestText(deps)(record, OPTIONS, WHO);
    await requestText(deps)(record, OPTIONS, WHO);
    expect([claimed.size, sent]).toEqual([1, [record.id]]);
  });

  it('answers though the release of an unused claim fails, which ends by its time', async () => {
    const { deps, running } = desk(undefined);
    running.add(record.id);
    const claims = { ...deps.claims, release: () => Promise.reject(new Error('the table is busy')) };
    await expect(requestText({ ...deps, claims })(record, OPTIONS, WHO)).resolves.toBeUndefined();
  });
});

describe('the text of a file that has arrived', () => {
  it('is read when its message comes again, after its order could not be sent', async () => {
    const { sent, deps } = desk('send');
    await expect(textOnUpload(deps)(upload)).rejects.toThrow('send failed');
    await textOnUpload(deps)(upload);
    expect(sent).toEqual([record.id]);
  });
});
