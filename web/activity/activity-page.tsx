import '../ui/rows.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useShelf } from '../session/use-session.ts';
import { useRealtime } from '../shell/live.tsx';
import { Page } from '../shell/page.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';
import { type Happened, newestFirst, readLog } from './event-log.ts';

/** What happened in the last 24 hours, newest first. */
export const ActivityPage = () => {
  const words = useWords();
  const format = useFormat();
  const shelf = useShelf();
  const queries = useQueryClient();
  const realtime = useRealtime();
  const log = useQuery({ queryKey: ['activity'], queryFn: ({ signal }) => readLog(shelf, signal) });
  useEffect(
    () =>
      realtime.on('event', (event) =>
        queries.setQueryData<readonly Happened[]>(
          ['activity'],
          (last) => last && newestFirst([event as Happened, ...last]),
        ),
      ),
    [realtime, queries],
  );
  const named = words.activity.events as Readonly<Record<string, string>>;
  const content = () => {
    if (log.error) return <Failure error={log.error} onRetry={() => void log.refetch()} />;
    if (!log.data) return <Loading />;
    if (log.data.length === 0) return <Empty icon="activity" title={words.activity.empty} />;
    return (
      <ul className="rows" aria-label={words.activity.list}>
        {log.data.map(({ channel, seq, event, data, at }) => {
          const name = data.title || data.filename;
          const isGone = event === 'media.deleted' || event === 'upload.failed';
          return (
            <li key={`${channel} ${seq}`}>
              <span className="row-main">
                <span className="wrap-anywhere">
                  {name &&
                    (isGone || !data.id ? (
                      <bdi>{name}</bdi>
                    ) : (
                      <Link to="/" search={{ item: data.id } as never}>
                        <bdi>{name}</bdi>
                      </Link>
                    ))}{' '}
                  {named[event] ?? words.activity.other}
                </span>
                {data.message && <span className="quiet">{data.message}</span>}
              </span>
              <time className="quiet" dateTime={at}>
                {format.time(at)}
              </time>
            </li>
          );
        })}
      </ul>
    );
  };
  return (
    <Page title={words.nav.activity} help={words.activity.help}>
      {content()}
    </Page>
  );
};
