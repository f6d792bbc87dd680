import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import {
  Button,
  Dialog,
  Heading,
  Menu,
  MenuItem,
  MenuTrigger,
  Modal,
  ModalOverlay,
  Popover,
} from 'react-aria-components';
import { inWords } from '../api/errors.ts';
import { AddToCollection } from '../collections/add-to-collection.tsx';
import { useMay, useShelf } from '../session/use-session.ts';
import { ShareButton } from '../sharing/share-button.tsx';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';
import type { BulkResult } from './bulk.ts';
import type { GallerySearch } from './gallery-search.ts';
import type { Library } from './library.ts';
import { countOf, type Selection } from './selection.ts';
import { useBulk } from './use-bulk.ts';

interface SelectionBarProps {
  readonly search: GallerySearch;
  readonly selection: Selection;
  readonly library: Library;
  readonly total: number;
  readonly onAll: () => void;
  readonly onClear: () => void;
  /** The key for the trash was pressed. */
  readonly isTrashing: boolean;
  readonly onTrashed: () => void;
}

const Failures = ({ result, onClose }: { readonly result: BulkResult; readonly onClose: () => void }) => {
  const words = useWords();
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="modal narrow">
        <Dialog className="dialog">
          <Heading slot="title">{words.bulk.failures}</Heading>
          <ul className="failures">
            {result.failed.map(({ id, name, error }) => (
              <li key={id}>
                <bdi className="wrap-anywhere">{name}</bdi>
                <span className="quiet">{inWords(error, words)}</span>
              </li>
            ))}
          </ul>
          <div className="dialog-actions">
            <Button className="button" autoFocus onPress={onClose}>
              {words.common.close}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
};

/** What can be done to the selected files. */
export const SelectionBar = ({
  search,
  selection,
  library,
  total,
  onAll,
  onClear,
  isTrashing,
  onTrashed,
}: SelectionBarProps) => {
  const words = useWords();
  const format = useFormat();
  const may = useMay();
  const shelf = useShelf();
  const queries = useQueryClient();
  const [result, setResult] = useState<BulkResult>();
  const bulk = useBulk({ search, selection, library, onClear, onFailed: setResult });
  const tags = useQuery({
    queryKey: ['tags'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/media-tags', { signal }),
  });
  const count = countOf(selection);
  const { progress } = bulk;

  useEffect(() => {
    if (!isTrashing) return;
    onTrashed();
    bulk.trash();
  });
  const tagMenu = (icon: 'tag' | 'clear', label: string, act: (tagId: string) => void) => (
    <MenuTrigger>
      <Button className="button small">
        <Icon name={icon} />
        {label}
      </Button>
      <Popover className="popover">
        <Menu
          className="options"
          onAction={(id) => {
            act(String(id));
            void queries.invalidateQueries({ queryKey: ['tags'] });
          }}
          renderEmptyState={() => <p className="option-note">{words.tags.empty}</p>}
        >
          {(tags.data ?? []).map(({ id, name }) => (
            <MenuItem key={id} id={id} className="option" textValue={name}>
              <bdi className="name">{name}</bdi>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
  return (
    <div className="selection-bar" role="group" aria-label={words.gallery.selected(count)}>
      <strong role="status">{words.gallery.selected(count)}</strong>
      {progress ? (
        <>
          <span className="quiet">
            {words.bulk.progress(format.number(progress.done), format.number(progress.all))}
          </span>
          <progress
            className="progress"
            max={progress.all}
            value={progress.done}
            aria-label={words.gallery.selected(count)}
          />
          <Button className="button small" onPress={bulk.stop}>
            {words.bulk.stop}
          </Button>
        </>
      ) : (
        <>
          {selection.kind === 'some' && count < total && (
            <Button className="button small plain" onPress={onAll}>
              {words.gallery.selectAll(total)}
            </Button>
          )}
          {selection.kind === 'some' && <ShareButton look="text" ids={[...selection.ids]} find={library.find} />}
          {selection.kind === 'some' && <AddToCollection ids={[...selection.ids]} name={words.collections.untitled} />}
          {may('media:update') && tagMenu('tag', words.bulk.addTag, bulk.tag)}
          {may('media:delete') && may('media:update') && tagMenu('clear', words.bulk.removeTag, bulk.untag)}
          {may('media:update') && (
            <MenuTrigger>
              <Button className="button small">
                <Icon name="shared" />
                {words.bulk.visibility}
              </Button>
              <Popover className="popover">
                <Menu className="options" onAction={(key) => bulk.show(key as 'private' | 'shared' | 'public')}>
                  {(['private', 'shared', 'public'] as const).map((each) => (
                    <MenuItem key={each} id={each} className="option">
                      <Icon name={each} />
                      {words.detail.visibilities[each]}
                    </MenuItem>
                  ))}
                </Menu>
              </Popover>
            </MenuTrigger>
          )}
          {may('media:delete') && (
            <Button className="button small danger" onPress={bulk.trash}>
              <Icon name="trash" />
              {words.bulk.trash}
            </Button>
          )}
        </>
      )}
      <span className="grow" />
      <IconButton icon="clear" label={words.gallery.clearSelection} look="plain small" onPress={onClear} />
      {result && <Failures result={result} onClose={() => setResult(undefined)} />}
    </div>
  );
};
