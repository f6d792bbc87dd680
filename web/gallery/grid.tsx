import './grid.css';
import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useSpeech } from '../words/use-words.tsx';
import { GalleryCell } from './cell.tsx';
import { moveFrom } from './keys.ts';
import type { Library, LibraryState } from './library.ts';
import { isSelected, type Selection } from './selection.ts';
import { placeOf, useRows } from './use-rows.ts';
import { useViewport } from './use-viewport.ts';

export interface GridProps {
  readonly library: Library;
  readonly state: LibraryState;
  readonly isList: boolean;
  readonly selection: Selection;
  /** The file that the keys start from; it is the one that Tab reaches. */
  readonly current: string | undefined;
  readonly onCurrent: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onToggle: (id: string) => void;
  readonly onExtend: (id: string) => void;
  readonly onKey: (event: KeyboardEvent) => void;
  /** A file to show and focus, once it is loaded. */
  readonly focusOn: string | undefined;
  readonly onFocused: () => void;
  readonly label: string;
  /** The key under which the position of the list is kept. */
  readonly memory: string;
}

const GAP = 6;
const LIST_ROW = 52;
/** Screens above and below the view that are drawn; with the view itself it stays below three. */
const AROUND = 0.75;

const targetFor = (width: number): number => (width < 500 ? 120 : width < 900 ? 160 : 200);

/** The files of a list, of which only those near the view are in the page. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: position, focus and keys of one grid share its measures
export const Grid = (props: GridProps) => {
  const {
    library,
    state,
    isList,
    selection,
    current,
    onCurrent,
    onOpen,
    onToggle,
    onExtend,
    onKey,
    focusOn,
    onFocused,
    label,
    memory,
  } = props;
  const { direction } = useSpeech();
  const scroller = useRef<HTMLDivElement>(null);
  const viewport = useViewport(scroller, memory);
  const measures = useMemo(
    () => ({ width: Math.max(200, viewport.width), target: isList ? LIST_ROW : targetFor(viewport.width), gap: GAP }),
    [viewport.width, isList],
  );
  const { placed, height } = useRows(state.blocks, measures, isList);
  const [pendingFocus, setPendingFocus] = useState<string>();

  const from = viewport.top - viewport.height * AROUND;
  const to = viewport.top + viewport.height * (1 + AROUND);
  const near = placed.filter((block) => block.top + block.height > from && block.top < to && block.height > 0);
  const nearKeys = near.map(({ key }) => key).join(' ');
  useEffect(() => {
    if (viewport.height > 0) library.show(nearKeys.split(' ').filter(Boolean).map(Number));
  }, [library, nearKeys, viewport.height]);

  // What is looked at stays where it is, whatever is loaded or arrives above it.
  const anchor = useRef<{ readonly id: string; readonly distance: number } | undefined>(undefined);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !anchor.current || element.scrollTop < 4) return;
    const place = placeOf(placed, anchor.current.id);
    if (!place) return;
    const top = place.top - anchor.current.distance;
    if (Math.abs(top - element.scrollTop) >= 1) element.scrollTop = top;
  }, [placed]);
  useEffect(() => {
    for (const { top, layout } of near) {
      const row = layout?.rows.find(({ y, height: high }) => top + y + high > viewport.top);
      const first = row?.cells[0];
      if (!row || !first) continue;
      anchor.current = { id: first.media.id, distance: top + row.y - viewport.top };
      return;
    }
  });

  const reveal = useCallback(
    (id: string): void => {
      const element = scroller.current;
      const place = placeOf(placed, id);
      if (!element || !place) return;
      const margin = GAP * 2;
      if (place.top - margin < element.scrollTop) element.scrollTop = Math.max(0, place.top - margin);
      else if (place.top + place.height + margin > element.scrollTop + element.clientHeight)
        element.scrollTop = place.top + place.height + margin - element.clientHeight;
    },
    [placed],
  );
  const wanted = focusOn ?? pendingFocus;
  useLayoutEffect(() => {
    if (wanted === undefined) return;
    reveal(wanted);
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(wanted)}"]`);
    if (!cell) return;
    cell.focus({ preventScroll: true });
    setPendingFocus(undefined);
    if (focusOn !== undefined) onFocused();
  });

  const press = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLElement && !event.target.dataset.id && event.target !== event.currentTarget) return;
    const rowsPerPage = Math.floor(viewport.height / (measures.target + GAP));
    const next =
      event.ctrlKey || event.metaKey
        ? undefined
        : moveFrom(placed, current, event.key, { rowsPerPage, isRightToLeft: direction === 'rtl' });
    if (next !== undefined) {
      event.preventDefault();
      if (event.shiftKey) onExtend(next);
      onCurrent(next);
      setPendingFocus(next);
      return;
    }
    if (current !== undefined && event.key === 'Enter') {
      event.preventDefault();
      onOpen(current);
    } else if (current !== undefined && (event.key === ' ' || event.key === 'x')) {
      event.preventDefault();
      if (event.shiftKey) onExtend(current);
      else onToggle(current);
    } else onKey(event);
  };

  const click = (event: MouseEvent): void => {
    const target = event.target as Element;
    const id = target.closest<HTMLElement>('[data-id]')?.dataset.id;
    if (!id) return;
    onCurrent(id);
    if (event.shiftKey) onExtend(id);
    else if (event.ctrlKey || event.metaKey || target.closest('[data-check]')) onToggle(id);
    else onOpen(id);
  };

  const isCurrentDrawn =
    current !== undefined &&
    near.some(({ layout }) => layout?.rows.some(({ cells }) => cells.some(({ media }) => media.id === current)));
  const focusGrid = (event: FocusEvent): void => {
    if (event.target !== event.currentTarget) return;
    const first = scroller.current?.querySelector<HTMLElement>('[data-id]');
    const id = first?.dataset.id;
    if (!id) return;
    onCurrent(id);
    setPendingFocus(id);
  };

  return (
    <div className="gallery-scroll" ref={scroller}>
      <div
        role="grid"
        aria-label={label}
        aria-multiselectable="true"
        aria-rowcount={-1}
        className="gallery-grid"
        style={{ blockSize: height }}
        tabIndex={isCurrentDrawn ? -1 : 0}
        onKeyDown={press}
        onClick={click}
        onFocus={focusGrid}
      >
        {near.map(({ key, top, height: high, layout }) => {
          if (!layout)
            return (
              <div
                key={key}
                role="presentation"
                className="gallery-waiting"
                style={{ insetBlockStart: top, blockSize: high - GAP }}
              />
            );
          return layout.rows
            .filter(({ y, height: rowHeight }) => top + y + rowHeight > from && top + y < to)
            .map((row) => {
              return (
                // biome-ignore lint/a11y/useFocusableInteractive: its cells have the focus
                <div
                  key={`${key}-${row.cells[0]?.media.id}`}
                  role="row"
                  className="gallery-row"
                  style={{ insetBlockStart: top + row.y, blockSize: row.height }}
                >
                  {row.cells.map(({ media, x, width }, column) => (
                    <GalleryCell
                      key={media.id}
                      media={media}
                      x={x}
                      width={width}
                      height={row.height}
                      column={column + 1}
                      isList={isList}
                      isSelected={isSelected(selection, media.id)}
                      isCurrent={media.id === current}
                    />
                  ))}
                </div>
              );
            });
        })}
      </div>
    </div>
  );
};
