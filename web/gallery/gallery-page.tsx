import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, lazy, Suspense, useCallback, useState } from 'react';
import { Button } from 'react-aria-components';
import { useMay } from '../session/use-session.ts';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { UploadButton } from '../upload/upload-button.tsx';
import { useWords } from '../words/use-words.tsx';
import { filterKey, type GallerySearch } from './gallery-search.ts';
import { Grid } from './grid.tsx';
import { Toolbar } from './toolbar.tsx';
import { useGallerySearch } from './use-gallery-search.ts';
import { useLibrary } from './use-library.tsx';
import { useSelection } from './use-selection.ts';

const SelectionBar = lazy(async () => ({ default: (await import('./selection-bar.tsx')).SelectionBar }));
const DetailPage = lazy(async () => ({ default: (await import('../detail/detail-page.tsx')).DetailPage }));

/** The library: every file that matches the address, and the file that is open. */
export const GalleryPage = () => {
  const { search, change } = useGallerySearch();
  const words = useWords();
  const may = useMay();
  const navigate = useNavigate();
  const { library, state } = useLibrary(search);
  const key = filterKey(search);
  const { selection, toggle, extend, selectAll, clear } = useSelection(library, key, state.total ?? 0);
  const [current, setCurrent] = useState<string>();
  const [focusOn, setFocusOn] = useState<string>();
  const [isTrashing, setTrashing] = useState(false);
  const { item } = search;
  const isFiltered = search.q !== undefined || search.kind !== undefined || search.tag !== undefined;

  const open = useCallback((id: string): void => change({ item: id, part: undefined }, { keepsFile: true }), [change]);
  const close = useCallback(
    (last: string): void => {
      change({ item: undefined, part: undefined }, { keepsFile: true });
      setCurrent(last);
      setFocusOn(last);
    },
    [change],
  );
  const press = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      selectAll();
    } else if (event.key === 'Escape') clear();
    else if (event.key === 'Delete' && may('media:delete')) {
      if (current !== undefined && selection.count === 0) toggle(current);
      setTrashing(true);
    }
  };

  const content = () => {
    if (state.error && state.total === undefined)
      return <Failure error={state.error} onRetry={() => void library.reload()} />;
    if (state.total === undefined) return <Loading />;
    if (state.blocks.every(({ count }) => count === 0)) {
      return isFiltered ? (
        <Empty icon="search" title={words.gallery.noMatch} help={words.gallery.noMatchHelp}>
          <Button
            className="button"
            onPress={() => void navigate({ to: '/', search: search.view ? { view: search.view } : {} })}
          >
            {words.gallery.clearFilters}
          </Button>
        </Empty>
      ) : (
        <Empty
          icon="library"
          title={words.gallery.empty}
          help={may('media:create') ? words.gallery.emptyHelp : undefined}
        >
          <UploadButton />
        </Empty>
      );
    }
    return (
      <Grid
        key={key + search.view}
        memory={key + search.view}
        library={library}
        state={state}
        isList={search.view === 'list'}
        selection={selection.value}
        current={current}
        onCurrent={setCurrent}
        onOpen={open}
        onToggle={toggle}
        onExtend={(id) => void extend(id, current)}
        onKey={press}
        focusOn={item === undefined ? focusOn : undefined}
        onFocused={() => setFocusOn(undefined)}
        label={words.gallery.label}
      />
    );
  };

  return (
    <>
      <title>{`${words.nav.library} · ${words.product}`}</title>
      <div className={selection.count > 0 ? 'gallery selecting' : 'gallery'} inert={item !== undefined}>
        <h1 className="hidden-text">{words.nav.library}</h1>
        <Toolbar search={search} change={change} state={state} onReload={() => void library.reload()} />
        {selection.count > 0 && (
          <Suspense fallback={<div className="selection-bar" />}>
            <SelectionBar
              search={search}
              selection={selection.value}
              library={library}
              total={state.total ?? 0}
              onAll={selectAll}
              onClear={clear}
              isTrashing={isTrashing}
              onTrashed={() => setTrashing(false)}
            />
          </Suspense>
        )}
        {content()}
      </div>
      {item !== undefined && (
        <Suspense
          fallback={
            <div className="detail">
              <Loading />
            </div>
          }
        >
          <DetailPage
            id={item}
            search={search as GallerySearch}
            library={library}
            onOpen={(id) => change({ item: id }, { keepsFile: true, replace: true })}
            onClose={close}
            change={change}
          />
        </Suspense>
      )}
    </>
  );
};
