import { z } from 'zod';

const UNITS = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 } as const;

const toBytes = (text: string): number | undefined => {
  const [, digits, unit] = /^(\d{1,15}(?:\.\d{1,3})?)\s*(B|KB|MB|GB|TB)$/.exec(text.trim().toUpperCase()) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return Math.round(Number(digits) * UNITS[unit as keyof typeof UNITS]);
};

/**
 * A size in the settings: a number of bytes, or text such as `10 MB` (one MB is 1024 * 1024 bytes). Parsed to bytes; `most` is
 * the highest size allowed and `because` gives the reason for that bound.
 */
export const byteSize = (most: `${number} ${keyof typeof UNITS}`, because: string) => {
  const highest = toBytes(most) ?? 0;
  const message = `allowed is a whole number of bytes or a size such as "10 MB", from 1 byte to ${most} (${because})`;
  return z.union([z.number(), z.string()], { error: message }).transform((value, context) => {
    const bytes = typeof value === 'number' ? value : toBytes(value);
    if (bytes !== undefined && Number.isInteger(bytes) && bytes >= 1 && bytes <= highest) return bytes;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
};
