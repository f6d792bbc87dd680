/** Everything after the year is optional, from the right (ISO 32000-1, 7.9.4); some programs leave out `D:` as well. */
const DATE = /^(?:D:)?(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d))?)?(?:(Z)|([+-]\d\d)(?:'?(\d\d)'?)?)?)?)?)?/;

const isOfCalendar = (date: string): boolean => {
  const moment = Date.parse(date);
  // The parser of dates takes the 31st of any month.
  return !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(date);
};

/**
 * A date of a PDF as ISO 8601, with the given precision: `D:20250102030405+01'00'` is `2025-01-02T03:04:05+01:00`, `D:20240131`
 * is `2024-01-31`. A time without a zone is UTC. Null for other texts.
 */
export const isoOfPdfDate = (value: unknown): string | null => {
  const parts = DATE.exec(String(value));
  if (!parts) return null;
  const [, year, month, day, hours, minutes = '00', seconds = '00', , zone, zoneMinutes = '00'] = parts;
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  if (!isOfCalendar(date)) return null;
  if (hours === undefined) return date;
  const moment = `${date}T${hours}:${minutes}:${seconds}${zone ? `${zone}:${zoneMinutes}` : 'Z'}`;
  return Number.isNaN(Date.parse(moment)) ? date : moment;
};
