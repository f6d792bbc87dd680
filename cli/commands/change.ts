import { type Mediashelf, MediashelfError } from '../../client/node.ts';
import { openShelf } from '../account.ts';
import { type Command, type Given, isSet, say, textFlag } from '../command.ts';
import { EXIT, exitCodeOf, UsageError } from '../exit.ts';
import { colours, type Terminal } from '../terminal.ts';
import { TEXT_HELP, TEXT_OPTIONS, textsIn } from '../texts.ts';

/** Does the same to each record, and continues after a failure; only a refused login ends it at once. */
const each = async (
  given: Given,
  terminal: Terminal,
  verb: string,
  work: (shelf: Mediashelf, id: string) => Promise<unknown>,
): Promise<number> => {
  if (given.words.length === 0) throw new UsageError('This takes the ids of one record or more');
  const shelf = await openShelf(terminal, { team: textFlag(given, 'team') });
  let code: number = EXIT.ok;
  for (const id of given.words) {
    terminal.signal.throwIfAborted();
    try {
      await work(shelf, id);
      say(terminal, isSet(given, 'json') ? { id, status: verb } : `${id} ${verb}`);
    } catch (error) {
      if (!(error instanceof MediashelfError) || exitCodeOf(error) !== EXIT.failed) throw error;
      code = EXIT.failed;
      if (isSet(given, 'json')) say(terminal, { id, status: 'failed', code: error.code, message: error.message });
      else terminal.errors.write(`${colours(terminal).red(id)}: ${error.message}\n`);
    }
  }
  return code;
};

export const edit: Command = {
  summary: 'change the texts of records',
  help: `mediashelf edit ID... --title TEXT

${TEXT_HELP}

Each record gets the same texts. An empty text removes the present one.

Examples
  mediashelf edit 1f6c... --title Harbour --alt "Three boats in a harbour"
  mediashelf search harbour --json | jq -r .id | xargs mediashelf edit --caption ""
`,
  options: TEXT_OPTIONS,
  run: (given, terminal) => {
    const body = textsIn(given);
    if (Object.keys(body).length === 0) throw new UsageError('edit takes the texts that are to change');
    return each(given, terminal, 'changed', ({ call }, id) => call('PATCH /api/v1/media/{id}', { path: { id }, body }));
  },
};

export const rm: Command = {
  summary: 'move records to the trash, or remove them for good',
  help: `mediashelf rm ID...

  --purge    remove at once and for good, from the library or the trash

Examples
  mediashelf rm 1f6c... 9a02...
  mediashelf ls --trash --all --json | jq -r .id | xargs mediashelf rm --purge
`,
  options: { purge: { type: 'boolean' } },
  run: (given, terminal) =>
    isSet(given, 'purge')
      ? each(given, terminal, 'purged', async ({ call }, id) => {
          // A record that is in the trash already is missing in the library.
          const path = { id };
          await call('DELETE /api/v1/media/{id}', { path }).catch((error: unknown) => {
            if (!(error instanceof MediashelfError) || error.status !== 404) throw error;
          });
          await call('DELETE /api/v1/trash/{id}', { path });
        })
      : each(given, terminal, 'deleted', ({ call }, id) => call('DELETE /api/v1/media/{id}', { path: { id } })),
};

export const restore: Command = {
  summary: 'bring records back from the trash',
  help: `mediashelf restore ID...

Example
  mediashelf restore 1f6c...
`,
  options: {},
  run: (given, terminal) =>
    each(given, terminal, 'restored', ({ call }, id) => call('POST /api/v1/media/{id}/restore', { path: { id } })),
};
