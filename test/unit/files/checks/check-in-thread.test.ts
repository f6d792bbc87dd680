import { describe, expect, it, jest } from '@jest/globals';
import { checkInThread } from '../../../../functions/files/checks/check-in-thread.ts';
import { VERIFIED_FILES } from '../../../support/fixtures/verified-files.ts';

const check = checkInThread();
const documents = VERIFIED_FILES.filter(({ type }) => type.startsWith('application/'));

describe('a document that is checked in a thread', () => {
  it.each(documents.filter((_, at) => at % 6 === 0))('has the same outcome: $name as $type', async (file) => {
    const result = await check(file.bytes(), file.type, true);
    expect(result.outcome).toBe(file.becomes === 'active' ? 'ok' : file.becomes);
    if (result.outcome !== 'ok') expect(result.code).toBe(file.code);
    else expect([...result.warnings].sort()).toEqual([...(file.warnings ?? [])].sort());
  });

  it('is given up when it exceeds a bound, and nothing else is', async () => {
    jest.spyOn(console, 'info').mockImplementation(() => undefined);
    const [file] = documents;
    const given = await checkInThread({ wallMs: 1 })(file?.bytes() ?? Buffer.alloc(0), file?.type ?? '', true);
    expect(given).toMatchObject({
      ...{ outcome: 'failed', code: 'DECODE_ERROR' },
      message: 'The document cannot be read: decoding it takes too long.',
    });
    expect((await check(file?.bytes() ?? Buffer.alloc(0), file?.type ?? '', true)).outcome).toBe('ok');
  });
});
