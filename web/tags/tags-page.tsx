import '../ui/rows.css';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Button, Dialog, Form, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useMay, useShelf } from '../session/use-session.ts';
import { Page } from '../shell/page.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Loading } from '../ui/loading.tsx';
import { notify } from '../ui/notices.tsx';
import { useAction } from '../ui/use-action.ts';
import { useWords } from '../words/use-words.tsx';

interface Named {
  readonly id: string;
  readonly name: string;
}

const CHANGES = [['tags'], ['media']];

const Rename = ({ tag, onClose }: { readonly tag: Named; readonly onClose: () => void }) => {
  const words = useWords();
  const shelf = useShelf();
  const [name, setName] = useState(tag.name);
  const rename = useAction({
    run: () => shelf.call('PATCH /api/v1/media-tags/{id}', { path: { id: tag.id }, body: { name } }),
    changes: CHANGES,
    onDone: onClose,
  });
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="modal narrow">
        <Dialog className="dialog">
          <Heading slot="title" className="wrap-anywhere">
            {words.tags.renameTitle(tag.name)}
          </Heading>
          <Form
            className="section"
            onSubmit={(event) => {
              event.preventDefault();
              rename.mutate(undefined);
            }}
          >
            <Field label={words.tags.name} value={name} onChange={setName} isRequired autoFocus maxLength={100} />
            <div className="dialog-actions">
              <Button className="button" onPress={onClose}>
                {words.common.cancel}
              </Button>
              <Button className="button primary" type="submit" isPending={rename.isPending}>
                {words.common.save}
              </Button>
            </div>
          </Form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
};

/** The tags of the team. */
export const TagsPage = () => {
  const words = useWords();
  const shelf = useShelf();
  const may = useMay();
  const [name, setName] = useState('');
  const [renaming, setRenaming] = useState<Named>();
  const [removing, setRemoving] = useState<Named>();
  const tags = useQuery({
    queryKey: ['tags'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/media-tags', { signal }),
  });
  const create = useAction({
    run: () => shelf.call('POST /api/v1/media-tags', { body: { name: name.trim() } }),
    changes: CHANGES,
    onDone: () => setName(''),
  });
  const remove = useAction({
    run: (tag: Named) => shelf.call('DELETE /api/v1/media-tags/{id}', { path: { id: tag.id } }),
    changes: CHANGES,
    onDone: (_, tag) => notify(words.tags.removed(tag.name)),
  });
  return (
    <Page title={words.nav.tags} help={words.tags.help}>
      {may('media:create') && (
        <Form
          className="form-row"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== '') create.mutate(undefined);
          }}
        >
          <Field label={words.tags.name} value={name} onChange={setName} maxLength={100} />
          <Button type="submit" className="button primary" isPending={create.isPending}>
            <Icon name="add" />
            {words.tags.create}
          </Button>
        </Form>
      )}
      {tags.error && <Failure error={tags.error} onRetry={() => void tags.refetch()} />}
      {!tags.data && !tags.error && <Loading />}
      {tags.data?.length === 0 && <Empty icon="tag" title={words.tags.empty} help={words.tags.emptyHelp} />}
      {tags.data && tags.data.length > 0 && (
        <ul className="rows" aria-label={words.tags.list}>
          {tags.data.map((tag) => (
            <li key={tag.id}>
              <span className="row-main">
                <Link
                  to="/"
                  search={{ tag: tag.slug } as never}
                  aria-label={words.tags.show(tag.name)}
                  className="name"
                >
                  <bdi>{tag.name}</bdi>
                </Link>
              </span>
              {may('media:update') && (
                <IconButton
                  icon="edit"
                  label={`${words.tags.rename}: ${tag.name}`}
                  look="plain small"
                  onPress={() => setRenaming(tag)}
                />
              )}
              {may('media:delete') && (
                <IconButton
                  icon="trash"
                  label={words.tags.remove(tag.name)}
                  look="plain small"
                  onPress={() => setRemoving(tag)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {renaming && <Rename tag={renaming} onClose={() => setRenaming(undefined)} />}
      {removing && (
        <Confirm
          title={words.tags.removeTitle}
          help={words.tags.removeHelp(removing.name)}
          action={words.common.remove}
          onConfirm={() => remove.mutate(removing)}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </Page>
  );
};
