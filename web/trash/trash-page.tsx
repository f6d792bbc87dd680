import '../ui/rows.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { titleOf } from '../gallery/names.ts';
import { useLocalChanges } from '../gallery/use-library.tsx';
import { useMay, useShelf } from '../session/use-session.ts';
import { Page } from '../shell/page.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Icon } from '../ui/icon.tsx';
import { Loading } from '../ui/loading.tsx';
import { notify } from '../ui/notices.tsx';
import { Thumb } from '../ui/thumb.tsx';
import { useAction } from '../ui/use-action.ts';
import { useFormat, useWords } from '../words/use-words.tsx';
import { purgeDate } from './purge-date.ts';

const PAGE = 50;
const CHANGES = [['trash'], ['usage']];

/** Files that were deleted, until their time is over. */
export const TrashPage = () => {
  const words = useWords();
  const format = useFormat();
  const shelf = useShelf();
  const may = useMay();
  const local = useLocalChanges();
  const [purging, setPurging] = useState<{ readonly id: string; readonly name: string }>();
  const [now] = useState(() => Date.now());
  const trash = useInfiniteQuery({
    queryKey: ['trash'],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      shelf.call('GET /api/v1/trash', { query: { limit: PAGE, offset: pageParam }, signal }),
    getNextPageParam: (last) => (last.offset + last.data.length < last.total ? last.offset + PAGE : undefined),
  });
  const restore = useAction({
    run: ({ id }: { readonly id: string; readonly name: string }) =>
      shelf.call('POST /api/v1/media/{id}/restore', { path: { id } }),
    changes: CHANGES,
    onDone: (media, { name }) => {
      local.arrived(media);
      notify(words.trash.restored(name));
    },
  });
  const purge = useAction({
    run: ({ id }: { readonly id: string; readonly name: string }) =>
      shelf.call('DELETE /api/v1/trash/{id}', { path: { id } }),
    changes: CHANGES,
    onDone: (_, { name }) => notify(words.trash.purged(name)),
  });
  const files = trash.data?.pages.flatMap(({ data }) => data) ?? [];
  const total = trash.data?.pages[0]?.total ?? 0;

  const daysLeft = (deletedAt: string | null): string => {
    const days = deletedAt === null ? 0 : format.daysUntil(purgeDate(deletedAt), now);
    return days <= 0 ? words.trash.lastDay : words.trash.daysLeft(days);
  };
  const content = () => {
    if (trash.error) return <Failure error={trash.error} onRetry={() => void trash.refetch()} />;
    if (!trash.data) return <Loading />;
    if (files.length === 0) return <Empty icon="trash" title={words.trash.empty} help={words.trash.emptyHelp} />;
    return (
      <>
        <p className="quiet" role="status">
          {words.trash.files(total)}
        </p>
        <ul className="rows" aria-label={words.trash.list}>
          {files.map((file) => {
            const named = { id: file.id, name: titleOf(file) };
            return (
              <li key={file.id}>
                <Thumb media={file} />
                <span className="row-main">
                  <bdi className="name">{named.name}</bdi>
                  <span className="quiet">{`${format.bytes(file.fileSize)} · ${daysLeft(file.deletedAt)}`}</span>
                </span>
                {may('media:update') && (
                  <Button
                    className="button small"
                    aria-label={`${words.trash.restore}: ${named.name}`}
                    onPress={() => restore.mutate(named)}
                  >
                    <Icon name="restore" />
                    {words.trash.restore}
                  </Button>
                )}
                {may('media:delete') && (
                  <Button
                    className="button small danger"
                    aria-label={`${words.trash.purge}: ${named.name}`}
                    onPress={() => setPurging(named)}
                  >
                    {words.trash.purge}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
        {trash.hasNextPage && (
          <Button className="button" isPending={trash.isFetchingNextPage} onPress={() => void trash.fetchNextPage()}>
            {words.common.more}
          </Button>
        )}
      </>
    );
  };
  return (
    <Page title={words.nav.trash} help={words.trash.help}>
      {content()}
      {purging && (
        <Confirm
          title={words.trash.purgeTitle}
          help={words.trash.purgeHelp(purging.name)}
          action={words.trash.purge}
          typed={{ word: words.trash.purgeWord, label: words.trash.purgeType(words.trash.purgeWord) }}
          onConfirm={() => purge.mutate(purging)}
          onClose={() => setPurging(undefined)}
        />
      )}
    </Page>
  );
};
