import { openShelf } from '../account.ts';
import { type Command, isSet, say, textFlag } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { tagIds } from '../tag-ids.ts';
import { columns, plain } from '../terminal.ts';

export const tags: Command = {
  summary: 'list, make and remove tags, and put them on records',
  help: `mediashelf tags                         all tags
mediashelf tags add ID TAG...           adds tags to a record; missing ones are created
mediashelf tags remove ID TAG...        removes tags from a record
mediashelf tags create NAME...          creates tags
mediashelf tags delete TAG...           deletes tags, also from all records

A TAG is a slug or a name.

Examples
  mediashelf tags add 1f6c... harbour "At dawn"
  mediashelf tags --json | jq -r .slug
`,
  options: {},
  run: async (given, terminal) => {
    const [verb = 'list', ...words] = given.words;
    const shelf = await openShelf(terminal, { team: textFlag(given, 'team') });
    const { call } = shelf;
    const isJson = isSet(given, 'json');
    const known = async (names: readonly string[]): Promise<readonly string[]> => {
      const ids = await tagIds(shelf, names, { create: false });
      const missing = names.find((_, index) => ids[index] === undefined);
      if (missing !== undefined) throw new Error(`There is no tag "${plain(missing)}"`);
      return ids.flatMap((id) => id ?? []);
    };
    const needed = (count: number, usage: string): void => {
      if (words.length < count) throw new UsageError(`Usage: mediashelf tags ${usage}`);
    };

    if (verb === 'list') {
      const all = await call('GET /api/v1/media-tags');
      for (const tag of isJson ? all : []) say(terminal, tag);
      if (!isJson && all.length > 0)
        say(
          terminal,
          columns(
            ['SLUG', 'NAME'],
            all.map(({ slug, name }) => [slug, plain(name)]),
          ),
        );
      return EXIT.ok;
    }
    if (verb === 'create') {
      needed(1, 'create NAME...');
      for (const name of words) {
        const tag = await call('POST /api/v1/media-tags', { body: { name } });
        say(terminal, isJson ? tag : tag.slug);
      }
      return EXIT.ok;
    }
    if (verb === 'delete') {
      needed(1, 'delete TAG...');
      for (const id of await known(words)) await call('DELETE /api/v1/media-tags/{id}', { path: { id } });
      if (isJson) for (const tag of words) say(terminal, { tag, status: 'deleted' });
      return EXIT.ok;
    }
    if (verb !== 'add' && verb !== 'remove')
      throw new UsageError(`tags knows no "${verb}"; see mediashelf tags --help`);
    needed(2, `${verb} ID TAG...`);
    const [id = '', ...names] = words;
    const path = { id };
    if (verb === 'add') {
      for (const tagId of await tagIds(shelf, names, { create: true })) {
        if (tagId !== undefined) await call('POST /api/v1/media/{id}/tags', { path, body: { tagId } });
      }
    } else {
      for (const tagId of await known(names)) await call('DELETE /api/v1/media/{id}/tags', { path, query: { tagId } });
    }
    const now = await call('GET /api/v1/media/{id}/tags', { path });
    say(terminal, isJson ? { id, tags: now.map(({ slug }) => slug) } : now.map(({ slug }) => slug).join(' '));
    return EXIT.ok;
  },
};
