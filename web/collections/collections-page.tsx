import '../ui/rows.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Button, Form } from 'react-aria-components';
import type { Answer } from '../../client/index.ts';
import { useMay, useShelf } from '../session/use-session.ts';
import { Page } from '../shell/page.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Field } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Loading } from '../ui/loading.tsx';
import { useAction } from '../ui/use-action.ts';
import { useWords } from '../words/use-words.tsx';
import { CollectionFiles } from './collection-files.tsx';

type Collection = Answer<'GET /api/v1/collections'>[number];

const CHANGES = [['collections']];

const NewCollection = () => {
  const words = useWords();
  const shelf = useShelf();
  const [name, setName] = useState('');
  const create = useAction({
    run: () => shelf.call('POST /api/v1/collections', { body: { name: name.trim() } }),
    changes: CHANGES,
    onDone: () => setName(''),
  });
  return (
    <Form
      className="card form-card"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') create.mutate(undefined);
      }}
    >
      <Field label={words.collections.name} value={name} onChange={setName} isRequired maxLength={100} />
      <Button type="submit" className="button primary" isPending={create.isPending}>
        {words.collections.create}
      </Button>
    </Form>
  );
};

const CollectionList = ({ all }: { readonly all: readonly Collection[] }) => {
  const words = useWords();
  const shelf = useShelf();
  const may = useMay();
  const [removing, setRemoving] = useState<Collection>();
  const remove = useAction({
    run: ({ id }: Collection) => shelf.call('DELETE /api/v1/collections/{id}', { path: { id } }),
    changes: CHANGES,
  });
  return (
    <>
      <ul className="rows" aria-label={words.nav.collections}>
        {all.map((each) => (
          <li key={each.id}>
            <span className="row-main">
              <Link className="name" to="/collections" search={{ id: each.id } as never}>
                <bdi>{each.name}</bdi>
              </Link>
              <span className="quiet">{words.share.files(each.count)}</span>
            </span>
            {may('media:delete') && (
              <IconButton
                icon="trash"
                look="plain small"
                label={words.collections.remove(each.name)}
                onPress={() => setRemoving(each)}
              />
            )}
          </li>
        ))}
      </ul>
      {removing && (
        <Confirm
          title={words.collections.removeTitle}
          help={words.collections.removeHelp(removing.name)}
          action={words.common.remove}
          onConfirm={() => remove.mutate(removing)}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
};

/** The collections of the team, or the files of the one that the address names. */
export const CollectionsPage = () => {
  const words = useWords();
  const shelf = useShelf();
  const may = useMay();
  const { id } = useSearch({ strict: false }) as { readonly id?: string };
  const all = useQuery({
    queryKey: ['collections'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/collections', { signal }),
  });
  const open = all.data?.find((each) => each.id === id);
  return (
    <Page
      title={open?.name ?? words.nav.collections}
      help={open ? words.collections.orderHelp : words.collections.help}
    >
      {all.error && <Failure error={all.error} onRetry={() => void all.refetch()} />}
      {!all.data && !all.error && <Loading />}
      {open && <CollectionFiles key={open.id} collection={open} />}
      {all.data && !open && (
        <>
          {may('media:update') && <NewCollection />}
          {all.data.length === 0 ? (
            <Empty icon="folder" title={words.collections.empty} help={words.collections.emptyHelp} />
          ) : (
            <CollectionList all={all.data} />
          )}
        </>
      )}
    </Page>
  );
};
