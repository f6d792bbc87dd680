import { describe, expect, it } from '@jest/globals';
import { isoOfPdfDate } from '../../../../functions/files/metadata/pdf-date.ts';

describe('a date of a PDF', () => {
  it.each([
    ["D:20250102030405+01'00'", '2025-01-02T03:04:05+01:00'],
    ["D:20250102030405-08'30", '2025-01-02T03:04:05-08:30'],
    ['D:20250102030405+01', '2025-01-02T03:04:05+01:00'],
    ['D:20250102030405Z', '2025-01-02T03:04:05Z'],
    ['D:20250102030405', '2025-01-02T03:04:05Z'],
    ['D:202501020304', '2025-01-02T03:04:00Z'],
    ['D:2025010203', '2025-01-02T03:00:00Z'],
    ['D:20240131', '2024-01-31'],
    ['D:202401', '2024-01'],
    ['D:2024', '2024'],
    ['20240131', '2024-01-31'],
  ])('%s is %s', (written, iso) => {
    expect(isoOfPdfDate(written)).toBe(iso);
  });

  it.each([undefined, null, '', 'D:', 'yesterday', 'D:20240231', 'D:20241301', 'D:00'])('%j is none', (written) => {
    expect(isoOfPdfDate(written)).toBeNull();
  });

  it('keeps its day when the time is none', () => {
    expect(isoOfPdfDate('D:20240131990000')).toBe('2024-01-31');
  });
});
