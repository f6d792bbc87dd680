import { describe, expect, it } from '@jest/globals';
import { v1CheckDuplicates } from '../../../../functions/dialects/v1/duplicates.ts';

const publicUrl = 'https://api.example';

describe('the answer about duplicates', () => {
  const alike = (files: number, records: number, name: string) =>
    Array.from({ length: files }, (_, file) => ({
      filename: `${file}${name}`,
      fileSize: 1,
      existing: Array.from({ length: records }, (_, record) => ({
        id: `${file}-${record}`,
        filename: `${file}${name}`,
        externalUrl: null,
        createdAt: '2026-01-01T00:00:00.000Z',
      })),
    }));
  const answered = (duplicates: ReturnType<typeof alike>) => {
    const { body } = v1CheckDuplicates.reply(duplicates, { publicUrl }) as { body: unknown };
    return body as { data: { duplicates: { filename: string; existing: { id: string; url: string }[] }[] } };
  };

  it('names all records that a file is like', () => {
    const { duplicates } = answered(alike(3, 50, '.jpg')).data;
    expect(duplicates.map(({ existing }) => existing.length)).toEqual([50, 50, 50]);
    expect(duplicates[1]?.existing[49]).toEqual({
      id: '1-49',
      url: `${publicUrl}/m/1-49/1.jpg`,
      createdAt: '2026-01-01T00:00:00.000Z',
    });
  });

  it('names the oldest of each file, and as many of the others as an answer carries', () => {
    const body = answered(alike(500, 50, '雪'.repeat(250)));
    expect(Buffer.byteLength(JSON.stringify(JSON.stringify(body)))).toBeLessThan(5_500_000);
    const { duplicates } = body.data;
    expect(duplicates).toHaveLength(500);
    for (const [file, { existing }] of duplicates.entries()) expect(existing[0]?.id).toBe(`${file}-0`);
    expect(duplicates[0]?.existing).toHaveLength(50);
  });
});
