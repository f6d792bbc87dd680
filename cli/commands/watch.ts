import type { ChannelEvent } from '../../client/node.ts';
import { openShelf } from '../account.ts';
import { type Command, isSet, listFlag, say, textFlag } from '../command.ts';
import { EXIT } from '../exit.ts';
import { numberFlag } from '../number-flag.ts';
import { colours, plain } from '../terminal.ts';

/** The most important field of an event. */
const subjectOf = ({ data }: ChannelEvent): string => {
  const { filename, id, code } = Object(data) as { filename?: string; id?: string; code?: string | null };
  if (filename === undefined && id === undefined) return JSON.stringify(data);
  return [filename, code, id].filter((each) => typeof each === 'string').join('  ');
};

export const watch: Command = {
  summary: 'show what happens, as it happens',
  help: `mediashelf watch [options]

Prints a line for each event until it is stopped with Ctrl-C, which ends with 130. A lost connection is opened
again, and missed events come first. If the first connection fails, it ends with 4.

The WebSocket API is at /ws of the library unless login --realtime-url or MEDIASHELF_REALTIME_URL say
otherwise, as they have to on AWS.

  --channel NAMES   listen to these channels as well
  --since N         begin with the events after sequence number N of the channel media
  --count N         end after so many events

Examples
  mediashelf watch
  mediashelf watch --json | jq -r 'select(.event == "media.created").data.url'
`,
  options: { channel: { type: 'string', multiple: true }, since: { type: 'string' }, count: { type: 'string' } },
  run: async (given, terminal) => {
    const count = numberFlag(given, 'count', 1, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY);
    const since = numberFlag(given, 'since', 0, Number.MAX_SAFE_INTEGER, -1);
    const shelf = await openShelf(terminal, { team: textFlag(given, 'team') });
    const { dim, yellow } = colours(terminal);
    const live = shelf.realtime(since < 0 ? {} : { since: { media: since } });
    const ended = Promise.withResolvers<number>();
    let seen = 0;
    live.on('event', (event) => {
      if (seen >= count) return;
      seen += 1;
      const { at, event: name, channel } = event;
      const title = name === 'message' ? channel : name;
      say(
        terminal,
        isSet(given, 'json') ? event : `${dim(at.slice(11, 19))} ${plain(title)}  ${plain(subjectOf(event))}`,
      );
      if (seen >= count) ended.resolve(EXIT.ok);
    });
    live.on('gap', ({ channel }) =>
      terminal.errors.write(`${yellow('missed')}: events of ${plain(channel)} that are no longer kept\n`),
    );
    live.on('status', ({ status, error }) => {
      if (status === 'closed' && error) ended.reject(error);
    });
    ended.promise.catch(() => undefined);
    terminal.signal.throwIfAborted();
    terminal.signal.addEventListener('abort', () => ended.resolve(EXIT.interrupted), { once: true });
    try {
      const listening = Promise.all([live.opened(), ...listFlag(given, 'channel').map(live.subscribe)]);
      const isOver = await Promise.race([listening.then(() => undefined), ended.promise]);
      if (isOver === undefined && terminal.errors.isTTY)
        terminal.errors.write(dim(`Listening to ${shelf.url}; Ctrl-C ends\n`));
      return await ended.promise;
    } finally {
      live.close();
    }
  },
};
