import './collections.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Button, GridList, GridListItem, useDragAndDrop } from 'react-aria-components';
import type { Answer, Media } from '../../client/index.ts';
import { renditionAddress } from '../api/addresses.ts';
import { titleOf } from '../gallery/names.ts';
import { useMay, useShelf } from '../session/use-session.ts';
import { ShareButton } from '../sharing/share-button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Loading } from '../ui/loading.tsx';
import { Thumb } from '../ui/thumb.tsx';
import { useAction } from '../ui/use-action.ts';
import { useWords } from '../words/use-words.tsx';
import { moved } from './moved.ts';

type Collection = Answer<'GET /api/v1/collections'>[number];

const Picture = ({ media }: { readonly media: Media }) => {
  const address = renditionAddress(media, 'small');
  return address ? <img className="collected-picture" src={address} alt="" loading="lazy" /> : <Thumb media={media} />;
};

/** The files of a collection, a hundred at a time. */
const usePages = (id: string) => {
  const shelf = useShelf();
  return useInfiniteQuery({
    queryKey: ['collected', id],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 100, ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      return shelf.call('GET /api/v1/collections/{id}/items', { path: { id }, query, signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
};

/** The files of a collection, moved by dragging or with the keyboard. */
export const CollectionFiles = ({ collection }: { readonly collection: Collection }) => {
  const words = useWords();
  const shelf = useShelf();
  const may = useMay();
  const path = { id: collection.id };
  /** The order while a move is on its way to the server. */
  const [order, setOrder] = useState<readonly string[]>();
  const pages = usePages(collection.id);
  const loaded = pages.data?.pages.flatMap(({ data }) => data) ?? [];
  const files = order ? order.flatMap((id) => loaded.find((media) => media.id === id) ?? []) : loaded;
  const changes = [['collected', collection.id], ['collections']];
  const place = useAction({
    run: async ({ ids, before }: { readonly ids: readonly string[]; readonly before: string | undefined }) => {
      const body = { mediaIds: [...ids], ...(before === undefined ? {} : { before }) };
      await shelf.call('POST /api/v1/collections/{id}/items', { path, body });
      await pages.refetch();
    },
    changes: [],
  });
  const remove = useAction({
    run: (id: string) => shelf.call('DELETE /api/v1/collections/{id}/items', { path, query: { mediaIds: [id] } }),
    changes,
  });
  const mayMove = may('media:update');
  const { dragAndDropHooks } = useDragAndDrop({
    isDisabled: !mayMove,
    getItems: (keys) => [...keys].map((id) => ({ 'text/plain': String(id) })),
    onReorder: ({ keys, target }) => {
      const ids = files.map(({ id }) => id);
      const next = moved(ids, [...keys].map(String), String(target.key), target.dropPosition === 'before');
      setOrder(next.order);
      place.mutate({ ids: next.ids, before: next.before }, { onSettled: () => setOrder(undefined) });
    },
  });
  if (pages.error && !pages.data) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  if (!pages.data) return <Loading />;
  if (files.length === 0)
    return <Empty icon="folder" title={words.collections.noFiles} help={words.collections.emptyHelp} />;
  return (
    <>
      <GridList
        className="collected"
        aria-label={collection.name}
        items={files}
        dragAndDropHooks={dragAndDropHooks}
        selectionMode={mayMove ? 'multiple' : 'none'}
        selectionBehavior="replace"
      >
        {(media) => (
          <GridListItem id={media.id} className="collected-file" textValue={titleOf(media)}>
            {mayMove && (
              <Button
                slot="drag"
                className="button plain square small"
                aria-label={words.collections.move(titleOf(media))}
              >
                <Icon name="sort" />
              </Button>
            )}
            <Picture media={media} />
            <Link className="name grow" to="/" search={{ item: media.id } as never}>
              <bdi>{titleOf(media)}</bdi>
            </Link>
            {may('media:delete') && (
              <IconButton
                icon="clear"
                look="plain small"
                label={words.collections.takeOut(titleOf(media))}
                onPress={() => remove.mutate(media.id)}
              />
            )}
          </GridListItem>
        )}
      </GridList>
      <div className="actions">
        <ShareButton
          look="text"
          collectionId={collection.id}
          name={collection.name}
          ids={files.map(({ id }) => id)}
          find={(id) => files.find((media) => media.id === id)}
        />
      </div>
      {pages.hasNextPage && (
        <Button className="button" isPending={pages.isFetchingNextPage} onPress={() => void pages.fetchNextPage()}>
          {words.common.more}
        </Button>
      )}
    </>
  );
};
