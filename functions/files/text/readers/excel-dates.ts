import type { OfficeFile } from './office-file.ts';

/** Which styles of a workbook show a number as a date. */
export interface DateFormats {
  /** By the number of the style. */
  readonly styles: readonly boolean[];
  readonly from1904: boolean;
}

/** Formats that every workbook has without defining them: 14 to 22 are dates and times, 45 to 47 times. */
const BUILT_IN = (id: number): boolean => (id >= 14 && id <= 22) || (id >= 45 && id <= 47);

/** Letters of dates, outside of quotes, brackets and escapes. */
const isDateCode = (code: string): boolean => /[ymdhs]/i.test(code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ''));

export const readDateFormats = async (file: OfficeFile, part: string, from1904: boolean): Promise<DateFormats> => {
  const codes = new Map<string, string>();
  const styles: boolean[] = [];
  let inCells = false;
  await file.read(part, {
    open: (name, { numFmtId = '0', formatCode }) => {
      if (name === 'numFmt') codes.set(numFmtId, formatCode ?? '');
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) {
        const code = codes.get(numFmtId);
        styles.push(code === undefined ? BUILT_IN(Number(numFmtId)) : isDateCode(code));
      }
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return { styles, from1904 };
};

const DAY = 86_400_000;
/** Day 1 is the first of January 1900, and day 60 a 29th of February that never was; days after it are one too many. */
const START_1900 = Date.UTC(1899, 11, 30);
const START_1904 = Date.UTC(1904, 0, 1);
const LAST_DAY = 2_958_465;

/** A number with a date style, as a date; undefined for every other number. */
export const dateOf = (value: string, style: string, { styles, from1904 }: DateFormats): string | undefined => {
  const days = Number(value);
  if (!styles[Number(style)] || !Number.isFinite(days) || days < 0 || days > LAST_DAY) return undefined;
  const time = new Date(Math.round(((from1904 ? START_1904 : START_1900) + days * DAY) / 1000) * 1000).toISOString();
  const date = time.slice(0, 10);
  const clock = time.slice(11, 19).replace(/:00$/, '');
  if (days < 1) return clock;
  return Number.isInteger(days) ? date : `${date} ${clock}`;
};
