import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { type GallerySearch, readGallerySearch } from '../gallery/gallery-search.ts';
import type { ChangeSearch } from '../gallery/use-gallery-search.ts';
import { useShelf } from '../session/use-session.ts';
import { Icon } from '../ui/icon.tsx';
import { useWords } from '../words/use-words.tsx';

const ViewsDialog = lazy(() => import('./views-dialog.tsx'));

const SAVE = 'save';

/** Opens the saved views, and saves what the library shows as one. */
export const SavedViews = ({ search, change }: { readonly search: GallerySearch; readonly change: ChangeSearch }) => {
  const { views: words } = useWords();
  const shelf = useShelf();
  const [isSaving, setSaving] = useState(false);
  const views = useQuery({
    queryKey: ['views'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/views', { signal }),
  });
  const open = (id: string): void => {
    const view = views.data?.find((each) => each.id === id);
    // What another person saved is read as an address is.
    if (view) change(readGallerySearch({ ...NO_STATE, ...view.query, item: undefined }));
  };
  return (
    <>
      <MenuTrigger>
        <Button className="button">
          <Icon name="library" />
          {words.title}
        </Button>
        <Popover className="popover">
          <Menu className="options" onAction={(key) => (key === SAVE ? setSaving(true) : open(String(key)))}>
            <MenuItem id={SAVE} className="option">
              <Icon name="add" />
              {words.manage}
            </MenuItem>
            {(views.data ?? []).map(({ id, name, isShared }) => (
              <MenuItem key={id} id={id} className="option" textValue={name}>
                <Icon name={isShared ? 'team' : 'account'} />
                <bdi className="name">{name}</bdi>
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      {isSaving && (
        <Suspense>
          <ViewsDialog search={search} onClose={() => setSaving(false)} />
        </Suspense>
      )}
    </>
  );
};

/** A view says all of the state: what it leaves out has its usual value. */
const NO_STATE = { q: undefined, kind: undefined, sort: undefined, view: undefined, tag: undefined };
