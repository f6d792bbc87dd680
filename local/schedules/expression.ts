/** When a schedule is due next. */
export type NextRun = (after: Date) => Date | undefined;

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Reads `rate(5 minutes)`, `cron(0 3 * * ? *)` (UTC, six fields, as EventBridge has them) and `at(2026-11-21T10:00:00)`. */
export const parseSchedule = (expression: string): NextRun => {
  const [, kind, argument = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'rate') return parseRate(argument, expression);
  if (kind === 'cron') return parseCron(argument, expression);
  if (kind === 'at') return parseAt(argument, expression);
  throw new Error(`The local runtime does not know the schedule ${expression}.`);
};

const parseRate = (argument: string, expression: string): NextRun => {
  const [, count, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(argument.trim()) ?? [];
  const ms = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (!(ms > 0)) throw new Error(`The rate of ${expression} is not understood.`);
  return (after) => new Date(after.getTime() + ms);
};

const parseAt = (argument: string, expression: string): NextRun => {
  const at = new Date(`${argument.trim()}Z`);
  if (Number.isNaN(at.getTime())) throw new Error(`The time of ${expression} is not understood.`);
  return (after) => (at > after ? at : undefined);
};

type Field = (value: number) => boolean;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const parseField = (text: string, minimum: number, maximum: number, names: readonly string[], where: string): Field => {
  const number = (word: string): number => {
    const name = names.indexOf(word.toUpperCase());
    const value = name >= 0 ? name + 1 : Number(word);
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    throw new Error(`The local runtime does not understand "${text}" in ${where}.`);
  };
  const parts = text.split(',').map((part): Field => {
    const [range = '', step] = part.split('/');
    const every = step === undefined ? 1 : number(step);
    if (range === '*' || range === '?') return (value) => (value - minimum) % every === 0;
    const [from = '', to] = range.split('-');
    const first = number(from);
    const last = to === undefined ? (step === undefined ? first : maximum) : number(to);
    return (value) => value >= first && value <= last && (value - first) % every === 0;
  });
  return (value) => parts.some((matches) => matches(value));
};

const parseCron = (argument: string, expression: string): NextRun => {
  const fields = argument.trim().split(/\s+/);
  if (fields.length !== 6)
    throw new Error(`${expression} needs six fields: minutes, hours, day, month, weekday, year.`);
  const [minutes = '', hours = '', days = '', months = '', weekdays = '', years = ''] = fields;
  const minute = parseField(minutes, 0, 59, [], expression);
  const hour = parseField(hours, 0, 23, [], expression);
  const day = parseField(days, 1, 31, [], expression);
  const month = parseField(months, 1, 12, MONTHS, expression);
  const weekday = parseField(weekdays, 1, 7, WEEKDAYS, expression);
  const year = parseField(years, 1970, 2199, [], expression);
  const isDue = (date: Date): boolean =>
    year(date.getUTCFullYear()) &&
    month(date.getUTCMonth() + 1) &&
    day(date.getUTCDate()) &&
    weekday(date.getUTCDay() + 1);
  return (after) => {
    const date = new Date(Math.floor(after.getTime() / 60_000) * 60_000 + 60_000);
    const lastYear = date.getUTCFullYear() + 5;
    while (date.getUTCFullYear() <= lastYear) {
      if (!isDue(date)) date.setUTCHours(24, 0, 0, 0);
      else if (!hour(date.getUTCHours())) date.setUTCHours(date.getUTCHours() + 1, 0, 0, 0);
      else if (!minute(date.getUTCMinutes())) date.setUTCMinutes(date.getUTCMinutes() + 1, 0, 0);
      else return date;
    }
    return undefined;
  };
};
