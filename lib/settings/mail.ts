import { z } from 'zod';
import { isMailable } from '../../functions/domain/mail.ts';

/** Who mails are from. */
export const mail = () =>
  z.strictObject(
    {
      /** The address that mails are from. */
      from: z.string().refine(isMailable, { error: 'allowed is an e-mail address in lower case' }),
      /** The name before it. */
      name: z
        .string()
        .regex(/^[A-Za-z0-9 .&'()_-]{1,60}$/, { error: 'allowed are up to 60 letters, digits and blanks of ASCII' })
        .default('Mediashelf'),
      /** The identity of SES that proves the address, where it is not the domain of `from`: the address itself, or a domain above. */
      identity: z
        .string()
        .regex(/^[a-z0-9.!#$%&'*+/=?^_`{|}~@-]{3,254}$/, { error: 'allowed is a domain or an e-mail address' })
        .optional(),
    },
    {
      error: (issue) =>
        issue.code === 'invalid_type'
          ? 'allowed is false, or an object such as {"from":"media@example.com"}'
          : undefined,
    },
  );
