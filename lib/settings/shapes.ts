import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import { canonicalType } from '../../functions/domain/media-types.ts';
import { byteSize } from './byte-size.ts';
import { VERIFIABLE_MIMES } from './media-types.ts';

/** A whole number within bounds; the message names them with their unit. */
export const wholeNumber = (least: number, most: number, unit: string) => {
  const message = `allowed is a whole number of ${unit} from ${least} to ${most}`;
  return z.int({ error: message }).min(least, { error: message }).max(most, { error: message });
};

/** One of some texts. */
export const oneOf = <const Value extends string>(values: readonly Value[]) =>
  z.enum(values, { error: `allowed is one of ${values.join(', ')}` });

/** A list; one text for all of it is only accepted on the command line. */
export const listOf = <Entry extends z.ZodType>(entry: Entry, example: string) =>
  z.array(entry, {
    error: (issue) => (issue.code === 'invalid_type' ? `allowed is a list, such as ["${example}"]` : undefined),
  });

/** CloudWatch keeps logs for these periods only; `RetentionDays` also maps names to them and has "for ever" as 9999. */
export const LOG_PERIODS = Object.values(RetentionDays).filter((days): days is RetentionDays => Number(days) < 9999);

/** Whether a text is an origin, and nothing beside it. */
export const isOrigin = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.origin === text;
};

/** A media type that can be verified, in its canonical form. */
export const mimeType = z
  .string()
  .transform(canonicalType)
  .superRefine((mime, context) => {
    if (VERIFIABLE_MIMES.includes(mime)) return;
    const message =
      mime === 'image/svg+xml'
        ? 'SVG is never accepted: it is a program for the browser that opens it (store a PNG or WebP of it)'
        : `allowed are ${VERIFIABLE_MIMES.join(', ')}`;
    context.addIssue({ code: 'custom', message });
  });

/** The largest size of a file that is verified as it is stored. */
export const sizeLimit = () => byteSize('5 TB', 'what one object of S3 holds');
/** Larger ones would be stored first and refused then. */
export const sizeInMemory = () => byteSize('64 MB', 'what is verified in memory');

/** A name of your own and the certificate for it. */
export const domainName = () =>
  z.strictObject({
    name: z.string().regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, {
      error: 'allowed is a domain name in lower case such as media.example.com',
    }),
    certificateArn: z.string().regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, {
      error: 'allowed is the ARN of a certificate in AWS Certificate Manager',
    }),
  });
