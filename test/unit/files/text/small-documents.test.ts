import { describe, expect, it } from '@jest/globals';
import { readSmallDocument } from '../../../../functions/files/text/read-small-document.ts';
import { compound } from '../../../support/fixtures/least-files.ts';

const options = { language: 'auto', preserveFormatting: false, pages: undefined } as const;

describe('a small document', () => {
  it('is read in a thread', async () => {
    const text = await readSmallDocument(Buffer.from('The first line.\n\nThe second one.'), 'text/plain', options);
    expect(text.pages.map(({ text: page }) => page).join('')).toContain('The second one.');
  });

  it('is read as far as its text travels, which is shorter the more of it is escaped', async () => {
    const { pages, truncated } = await readSmallDocument(Buffer.from('"'.repeat(900_000)), 'text/plain', options);
    expect(truncated).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(JSON.stringify(pages)))).toBeLessThan(2_500_000);
  });

  it('is given up when it takes too long or too much memory', async () => {
    const page = Buffer.from(`<html>${'<table><tr><td>'.repeat(300)}${'<p>a'.repeat(100_000)}`);
    await expect(readSmallDocument(page, 'text/html', options, { cpuMs: 1 })).rejects.toMatchObject({
      code: 'TIME_LIMIT',
    });
    await expect(readSmallDocument(page, 'text/html', options, { wallMs: 1 })).rejects.toMatchObject({
      code: 'TIME_LIMIT',
    });
  });

  it('says why it has no text', async () => {
    const old = readSmallDocument(compound('WordDocument'), 'application/msword', options);
    await expect(old).rejects.toMatchObject({ code: 'TYPE_NOT_ALLOWED' });
    const broken = readSmallDocument(Buffer.from('PK\x03\x04'), 'application/vnd.oasis.opendocument.text', options);
    await expect(broken).rejects.toMatchObject({ code: 'DAMAGED' });
  });
});
