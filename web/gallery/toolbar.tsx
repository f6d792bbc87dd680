import './toolbar.css';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import { useShelf } from '../session/use-session.ts';
import { isTyping } from '../shell/typing.ts';
import { Choice } from '../ui/choice.tsx';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { useWords } from '../words/use-words.tsx';
import { type GallerySearch, type Kind, SORTS, type Sort } from './gallery-search.ts';
import type { LibraryState } from './library.ts';
import type { ChangeSearch } from './use-gallery-search.ts';

const SavedViews = lazy(async () => ({ default: (await import('../views/saved-views.tsx')).SavedViews }));

/** A search begins when the person pauses. */
const PAUSE_MS = 250;

interface ToolbarProps {
  readonly search: GallerySearch;
  readonly change: ChangeSearch;
  readonly state: LibraryState;
  readonly onReload: () => void;
}

const SearchBox = ({ search, change }: Pick<ToolbarProps, 'search' | 'change'>) => {
  const { gallery } = useWords();
  const [text, setText] = useState(search.q ?? '');
  const input = useRef<HTMLInputElement>(null);
  const sent = useRef(search.q ?? '');
  useEffect(() => {
    // The address changed by another way: back, or a link.
    if ((search.q ?? '') === sent.current) return;
    sent.current = search.q ?? '';
    setText(sent.current);
  }, [search.q]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = wanted;
      change({ q: wanted || undefined }, { replace: true });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, change]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== '/' || isTyping(event)) return;
      event.preventDefault();
      input.current?.select();
      input.current?.focus();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return (
    <SearchField className="search" aria-label={gallery.search} value={text} onChange={setText}>
      <Icon name="search" />
      <Input ref={input} className="input" placeholder={gallery.searchHelp} dir="auto" />
      {text !== '' && (
        <Button className="button plain square small" aria-label={gallery.clearSearch}>
          <Icon name="clear" />
        </Button>
      )}
    </SearchField>
  );
};

/** Search, filters, order and view of the gallery, and how many files match. */
export const Toolbar = ({ search, change, state, onReload }: ToolbarProps) => {
  const { gallery } = useWords();
  const shelf = useShelf();
  const tags = useQuery({
    queryKey: ['tags'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/media-tags', { signal }),
  });
  const { kind = 'all', sort = SORTS[0], tag = '' } = search;
  const isList = search.view === 'list';
  const kinds = (['all', 'image', 'video'] as const).map((each) => [each, gallery.kinds[each]] as const);
  const known = (tags.data ?? []).map(({ slug, name }) => [slug, name] as const);
  const tagOptions = [
    ['', gallery.anyTag] as const,
    ...known,
    ...(tag && !known.some(([slug]) => slug === tag) ? [[tag, tag] as const] : []),
  ];
  return (
    <div className="toolbar">
      <SearchBox search={search} change={change} />
      <div className="toolbar-filters">
        <Choice
          bare
          label={gallery.kind}
          value={kind}
          options={kinds}
          onChange={(value) => change({ kind: value === 'all' ? undefined : (value as Kind) })}
        />
        <Choice
          bare
          label={gallery.tag}
          value={tag}
          options={tagOptions}
          onChange={(value) => change({ tag: value || undefined })}
        />
        <Choice
          bare
          label={gallery.sort}
          value={sort}
          options={SORTS.map((each) => [each, gallery.sorts[each]] as const)}
          onChange={(value) => change({ sort: value === SORTS[0] ? undefined : (value as Sort) })}
        />
        <Suspense>
          <SavedViews search={search} change={change} />
        </Suspense>
        <IconButton
          icon={isList ? 'grid' : 'list'}
          label={isList ? gallery.views.grid : gallery.views.list}
          onPress={() => change({ view: isList ? undefined : 'list' })}
        />
      </div>
      <p className="toolbar-count quiet" role="status">
        {state.total !== undefined && (state.isExact ? gallery.files : gallery.atLeast)(state.total)}
      </p>
      {state.unplaced > 0 && (
        <Button className="button small" onPress={onReload}>
          <Icon name="retry" />
          {gallery.arrived(state.unplaced)}
        </Button>
      )}
    </div>
  );
};
