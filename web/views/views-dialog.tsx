import '../ui/rows.css';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Dialog, Form, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { GallerySearch } from '../gallery/gallery-search.ts';
import { useMay, useShelf } from '../session/use-session.ts';
import { Choice } from '../ui/choice.tsx';
import { Field } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { notify } from '../ui/notices.tsx';
import { useAction } from '../ui/use-action.ts';
import { useWords } from '../words/use-words.tsx';

const CHANGES = [['views']];

/** What a view keeps of an address: not the file that is open. */
const keptOf = ({ item: _, part: _part, ...state }: GallerySearch): Record<string, string> =>
  Object.fromEntries(Object.entries(state).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])));

/** Saves what the library shows under a name, and deletes views. */
const ViewsDialog = ({ search, onClose }: { readonly search: GallerySearch; readonly onClose: () => void }) => {
  const words = useWords();
  const shelf = useShelf();
  const may = useMay();
  const [name, setName] = useState(search.q ?? '');
  const [whose, setWhose] = useState<'mine' | 'team'>('mine');
  const views = useQuery({
    queryKey: ['views'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/views', { signal }),
  });
  const save = useAction({
    run: () =>
      shelf.call('POST /api/v1/views', {
        body: { name: name.trim(), query: keptOf(search), isShared: whose === 'team' },
      }),
    changes: CHANGES,
    onDone: () => {
      notify(words.views.saved(name.trim()));
      onClose();
    },
  });
  const remove = useAction({
    run: (id: string) => shelf.call('DELETE /api/v1/views/{id}', { path: { id } }),
    changes: CHANGES,
  });
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="modal narrow">
        <Dialog className="dialog">
          <Heading slot="title">{words.views.manage}</Heading>
          <Form
            className="section"
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim() !== '') save.mutate(undefined);
            }}
          >
            <Field
              label={words.views.name}
              help={words.views.help}
              value={name}
              onChange={setName}
              isRequired
              autoFocus
              maxLength={100}
            />
            {may('media:update') && (
              <Choice
                label={words.views.whose}
                value={whose}
                options={[
                  ['mine', words.views.mine],
                  ['team', words.views.team],
                ]}
                onChange={setWhose}
              />
            )}
            {(views.data ?? []).length > 0 && (
              <ul className="rows" aria-label={words.views.title}>
                {views.data?.map((view) => (
                  <li key={view.id}>
                    <span className="row-main">
                      <bdi className="name">{view.name}</bdi>
                      <span className="quiet">{view.isShared ? words.views.team : words.views.mine}</span>
                    </span>
                    {(!view.isShared || may('media:update')) && (
                      <IconButton
                        icon="trash"
                        look="plain small"
                        label={words.views.remove(view.name)}
                        onPress={() => remove.mutate(view.id)}
                      />
                    )}
                  </li>
                ))}
              </ul>
            )}
            <div className="dialog-actions">
              <Button className="button" onPress={onClose}>
                {words.common.close}
              </Button>
              <Button type="submit" className="button primary" isPending={save.isPending}>
                {words.common.save}
              </Button>
            </div>
          </Form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
};

export default ViewsDialog;
