const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const DAY_MS = 86_400_000;

/** Dates, numbers and sizes in a language. */
export const formats = (tag: string) => {
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'medium' });
  const time = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' });
  const number = new Intl.NumberFormat(tag);
  const percent = new Intl.NumberFormat(tag, { style: 'percent' });
  return {
    date: (iso: string): string => date.format(new Date(iso)),
    time: (iso: string): string => time.format(new Date(iso)),
    number: (value: number): string => number.format(value),
    percent: (share: number): string => percent.format(share),
    bytes: (bytes: number): string => {
      const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
      const options = {
        style: 'unit',
        unit: UNITS[power],
        unitDisplay: power === 0 ? 'long' : 'short',
        maximumFractionDigits: power > 1 ? 1 : 0,
      } as const;
      return new Intl.NumberFormat(tag, options).format(bytes / 1000 ** power);
    },
    /** Minutes and seconds of a film or sound. */
    duration: (seconds: number): string => {
      const whole = Math.round(seconds);
      const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
      return (parts[0] === 0 ? parts.slice(1) : parts)
        .map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0')))
        .join(':');
    },
    daysUntil: (iso: string, now: number): number => Math.ceil((Date.parse(iso) - now) / DAY_MS),
  };
};

export type Formats = ReturnType<typeof formats>;
