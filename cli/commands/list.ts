import type { Media, Mediashelf } from '../../client/node.ts';
import { openShelf } from '../account.ts';
import { type Command, type Given, isSet, listFlag, say, textFlag } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { numberFlag } from '../number-flag.ts';
import { pagesByCursor, pagesByOffset } from '../pages.ts';
import { columns, plain, sizeText, type Terminal } from '../terminal.ts';

const SORTS = { created: 'createdAt', name: 'filename', size: 'fileSize' } as const;

const limitOf = (given: Given): number =>
  isSet(given, 'all') ? Number.POSITIVE_INFINITY : numberFlag(given, 'limit', 1, 1_000_000, 20);

const orderOf = (given: Given) => {
  const sort = textFlag(given, 'sort') ?? 'created';
  if (!Object.hasOwn(SORTS, sort)) throw new UsageError(`--sort takes created, name or size, not "${sort}"`);
  // Newest and largest first; names from a to z.
  const isDown = (sort !== 'name') !== isSet(given, 'reverse');
  return { orderBy: SORTS[sort as keyof typeof SORTS], orderDir: isDown ? ('desc' as const) : ('asc' as const) };
};

const listMedia = (shelf: Mediashelf, given: Given, search: string | undefined) => {
  const type = textFlag(given, 'type') ?? 'all';
  if (type !== 'all' && type !== 'image' && type !== 'video') {
    throw new UsageError(`--type takes image or video, not "${type}"`);
  }
  const tagSlugs = listFlag(given, 'tags');
  const filter = { ...orderOf(given), type, search, ...(tagSlugs.length > 0 ? { tagSlugs } : {}) } as const;
  return pagesByCursor<Media>(limitOf(given), (limit, cursor) =>
    shelf.call('GET /api/v1/media', { query: { ...filter, limit, cursor } }),
  );
};

const print = async <Item>(
  items: AsyncIterable<Item>,
  headings: readonly string[],
  row: (item: Item) => readonly string[],
  given: Given,
  terminal: Terminal,
): Promise<number> => {
  const rows: (readonly string[])[] = [];
  for await (const item of items) {
    if (isSet(given, 'json')) say(terminal, item as object);
    else rows.push(row(item));
  }
  if (rows.length > 0) say(terminal, columns(headings, rows));
  return EXIT.ok;
};

const MEDIA_COLUMNS = ['ID', '>SIZE', 'TYPE', 'CREATED', 'NAME', 'TAGS'];
const mediaRow = ({ id, fileSize, mimeType, createdAt, filename, tags }: Media): readonly string[] => [
  id,
  sizeText(fileSize),
  mimeType,
  createdAt.slice(0, 16).replace('T', ' '),
  plain(filename),
  tags.map(({ slug }) => slug).join(','),
];

const LIST_OPTIONS = {
  type: { type: 'string' },
  tags: { type: 'string', multiple: true },
  sort: { type: 'string' },
  reverse: { type: 'boolean' },
  limit: { type: 'string' },
  all: { type: 'boolean' },
} as const;

const LIST_HELP = `  --type TYPE      image or video
  --tags SLUGS     only records with all of these tags
  --sort ORDER     created, name or size
  --reverse        in reverse order
  --limit N        at most so many; 20 by default
  --all            all of them
`;

export const ls: Command = {
  summary: 'list the library, the trash, or unfinished uploads',
  help: `mediashelf ls [options]

${LIST_HELP}  --trash          deleted records that can be restored
  --pending        your unfinished uploads

Examples
  mediashelf ls --tags harbour,2026 --sort size
  mediashelf ls --all --json | jq -r .filename
`,
  options: { ...LIST_OPTIONS, trash: { type: 'boolean' }, pending: { type: 'boolean' } },
  run: async (given, terminal) => {
    if (given.words.length > 0) throw new UsageError('ls takes no words; see search');
    const shelf = await openShelf(terminal, { team: textFlag(given, 'team') });
    if (isSet(given, 'pending')) {
      const pending = pagesByCursor(limitOf(given), (limit, cursor) =>
        shelf.call('GET /api/v1/uploads', { query: { status: 'pending', limit, cursor } }),
      );
      return print(
        pending,
        ['UPLOAD', '>SIZE', 'UNTIL', 'NAME'],
        ({ id, fileSize, expiresAt, filename }) => [
          id,
          fileSize === null ? '-' : sizeText(fileSize),
          expiresAt.slice(0, 16).replace('T', ' '),
          plain(filename),
        ],
        given,
        terminal,
      );
    }
    if (isSet(given, 'trash')) {
      const order = orderOf(given);
      const trash = pagesByOffset<Media>(limitOf(given), (limit, offset) =>
        shelf.call('GET /api/v1/trash', { query: { ...order, limit, offset } }),
      );
      return print(trash, MEDIA_COLUMNS, mediaRow, given, terminal);
    }
    return print(listMedia(shelf, given, undefined), MEDIA_COLUMNS, mediaRow, given, terminal);
  },
};

export const search: Command = {
  summary: 'find records by words',
  help: `mediashelf search WORD... [options]

Every word must match: inside names and titles, from the start of words elsewhere.

${LIST_HELP}
Examples
  mediashelf search harbour dawn
  mediashelf search invoice --sort created --limit 3 --json
`,
  options: LIST_OPTIONS,
  run: async (given, terminal) => {
    if (given.words.length === 0) throw new UsageError('search takes one word or more');
    const shelf = await openShelf(terminal, { team: textFlag(given, 'team') });
    const found = listMedia(shelf, given, given.words.join(' '));
    return print(found, MEDIA_COLUMNS, mediaRow, given, terminal);
  },
};
