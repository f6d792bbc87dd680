import { openShelf } from '../account.ts';
import { type Command, isSet, say, textFlag } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { columns, plain } from '../terminal.ts';

/** Ordered selections of records. */
export const collections: Command = {
  summary: 'list, make and delete collections, and put records in them',
  help: `mediashelf collections                            all collections
mediashelf collections create NAME [ID...]        creates one, with these records
mediashelf collections show COLLECTION            lists its records in their order
mediashelf collections add COLLECTION ID...       adds records to its end, or moves them there
mediashelf collections remove COLLECTION ID...    takes records out; they stay in the library
mediashelf collections rename COLLECTION NAME
mediashelf collections delete COLLECTION          its records stay in the library

  --before ID    with add: puts the records before this one

A COLLECTION is an id.

Examples
  mediashelf collections create Harbour 1f6c... 9a02...
  mediashelf collections show 51d2... --json | jq -r .url
`,
  options: { before: { type: 'string' } },
  run: async (given, terminal) => {
    const [verb = 'list', ...words] = given.words;
    const [id = '', ...rest] = words;
    const isJson = isSet(given, 'json');
    const needed = (count: number, usage: string): void => {
      if (words.length < count) throw new UsageError(`Usage: mediashelf collections ${usage}`);
    };
    const path = { id };
    const { call } = await openShelf(terminal, { team: textFlag(given, 'team') });

    if (verb === 'list') {
      const all = await call('GET /api/v1/collections');
      for (const each of isJson ? all : []) say(terminal, each);
      const rows = all.map((each) => [each.id, plain(each.name), String(each.count)]);
      if (!isJson && rows.length > 0) say(terminal, columns(['COLLECTION', 'NAME', 'RECORDS'], rows));
      return EXIT.ok;
    }
    if (verb === 'show') {
      needed(1, 'show COLLECTION');
      let cursor: string | undefined;
      do {
        const query = cursor === undefined ? { limit: 100 } : { limit: 100, cursor };
        const page = await call('GET /api/v1/collections/{id}/items', { path, query });
        for (const record of page.data) say(terminal, isJson ? record : `${record.id} ${plain(record.filename)}`);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return EXIT.ok;
    }
    if (verb === 'delete') {
      needed(1, 'delete COLLECTION');
      await call('DELETE /api/v1/collections/{id}', { path });
      say(terminal, isJson ? { id, status: 'deleted' } : `${id} deleted`);
      return EXIT.ok;
    }
    const changed = await change();
    say(terminal, isJson ? changed : changed.id);
    return EXIT.ok;

    function change() {
      if (verb === 'create') {
        needed(1, 'create NAME [ID...]');
        return call('POST /api/v1/collections', { body: { name: id, mediaIds: rest } });
      }
      if (verb === 'rename') {
        needed(2, 'rename COLLECTION NAME');
        return call('PATCH /api/v1/collections/{id}', { path, body: { name: rest.join(' ') } });
      }
      if (verb !== 'add' && verb !== 'remove')
        throw new UsageError(`collections knows no "${verb}"; see mediashelf collections --help`);
      needed(2, `${verb} COLLECTION ID...`);
      if (verb === 'remove') return call('DELETE /api/v1/collections/{id}/items', { path, query: { mediaIds: rest } });
      const before = textFlag(given, 'before');
      return call('POST /api/v1/collections/{id}/items', {
        path,
        body: { mediaIds: rest, ...(before === undefined ? {} : { before }) },
      });
    }
  },
};
