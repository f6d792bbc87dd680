import { openShelf } from '../account.ts';
import { type Command, isSet, say, textFlag } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { askSecret } from '../prompt.ts';
import { columns, plain } from '../terminal.ts';

const UNITS = { m: 60, h: 3600, d: 86_400 } as const;

/** The end of a link in ISO 8601, from `--expires`: a time, or how long from now, as 30m, 12h or 7d. */
const endOf = (text: string | undefined, now = Date.now()): string | undefined => {
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const end = unit ? now + Number(count) * UNITS[unit as keyof typeof UNITS] * 1000 : Date.parse(text);
  if (Number.isNaN(end)) throw new UsageError('--expires takes 30m, 12h, 7d or a time such as 2030-01-31T12:00Z');
  return new Date(end).toISOString();
};

/** Links that open records without a login. */
export const share: Command = {
  summary: 'make, list and revoke links that open records without a login',
  help: `mediashelf share ID...             makes a link to these records, and writes its address
mediashelf share --collection ID    makes a link to a collection, as it is at each moment
mediashelf share list               lists the links of the team
mediashelf share revoke LINK...     ends links, by their ids

  --name TEXT       what visitors read above the records
  --expires WHEN    30m, 12h, 7d or a time; without it the link opens until it is revoked
  --password        asks for a password that visitors have to give; in a pipe it is the first line

The address is shown this once. A link ends with its maker: with their place in the team, or with their key.

Examples
  mediashelf share 1f6c... 9a02... --name Harbour --expires 7d
  mediashelf search harbour --json | jq -r .id | xargs mediashelf share --json | jq -r .url
  mediashelf share revoke 51d2...
`,
  options: {
    collection: { type: 'string' },
    name: { type: 'string' },
    expires: { type: 'string' },
    password: { type: 'boolean' },
  },
  run: async (given, terminal) => {
    const [first, ...rest] = given.words;
    const isJson = isSet(given, 'json');
    const collection = textFlag(given, 'collection');
    if (first === undefined && collection === undefined)
      throw new UsageError('Usage: mediashelf share ID..., share list or share revoke LINK...');
    const expiresAt = endOf(textFlag(given, 'expires'));
    const { call } = await openShelf(terminal, { team: textFlag(given, 'team') });
    if (first === 'list') {
      const links = await call('GET /api/v1/share-links');
      for (const link of isJson ? links : []) say(terminal, link);
      if (!isJson && links.length > 0) {
        const rows = links.map(({ id, name, records, views, expiresAt: end, isOpen }) => [
          ...[id, plain(name), String(records), String(views)],
          isOpen ? (end ?? 'never') : 'closed',
        ]);
        say(terminal, columns(['LINK', 'NAME', 'RECORDS', 'VIEWS', 'ENDS'], rows));
      }
      return EXIT.ok;
    }
    if (first === 'revoke') {
      if (rest.length === 0) throw new UsageError('Usage: mediashelf share revoke LINK...');
      for (const id of rest) {
        await call('DELETE /api/v1/share-links/{id}', { path: { id } });
        say(terminal, isJson ? { id, status: 'revoked' } : `${id} revoked`);
      }
      return EXIT.ok;
    }
    const name = textFlag(given, 'name');
    const password = isSet(given, 'password') ? await askSecret(terminal, 'Password of the link: ') : undefined;
    const link = await call('POST /api/v1/share-links', {
      body: {
        ...(collection === undefined ? { mediaIds: given.words } : { collectionId: collection }),
        ...(name === undefined ? {} : { name }),
        ...(password === undefined ? {} : { password }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      },
    });
    say(terminal, isJson ? link : link.url);
    return EXIT.ok;
  },
};
