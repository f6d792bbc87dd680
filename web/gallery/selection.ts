/** The selected files: some by their ids, or all that match but some. */
export type Selection =
  | {
      readonly kind: 'some';
      readonly ids: ReadonlySet<string>;
      readonly anchor: string | undefined;
      readonly base: ReadonlySet<string>;
    }
  | {
      readonly kind: 'all';
      readonly count: number;
      readonly except: ReadonlySet<string>;
      readonly later: ReadonlySet<string>;
    };

const NO_IDS: ReadonlySet<string> = new Set();

export const NOTHING: Selection = { kind: 'some', ids: NO_IDS, anchor: undefined, base: NO_IDS };

const withId = (ids: ReadonlySet<string>, id: string): ReadonlySet<string> => new Set([...ids, id]);
const withoutId = (ids: ReadonlySet<string>, id: string): ReadonlySet<string> =>
  new Set([...ids].filter((each) => each !== id));

export const isSelected = (selection: Selection, id: string): boolean =>
  selection.kind === 'some' ? selection.ids.has(id) : !selection.except.has(id) && !selection.later.has(id);

export const countOf = (selection: Selection): number =>
  selection.kind === 'some' ? selection.ids.size : Math.max(0, selection.count - selection.except.size);

/** Selects a file, or deselects it; ranges start from it. */
export const toggle = (selection: Selection, id: string): Selection => {
  if (selection.kind === 'all') {
    if (selection.later.has(id)) return selection;
    const { except } = selection;
    return { ...selection, except: except.has(id) ? withoutId(except, id) : withId(except, id) };
  }
  const ids = selection.ids.has(id) ? withoutId(selection.ids, id) : withId(selection.ids, id);
  return { kind: 'some', ids, anchor: id, base: ids };
};

/**
 * Selects from the anchor to a file. A further range from the same anchor replaces this one, whether it goes on, back, or to the
 * other side.
 */
export const extend = (selection: Selection, range: readonly string[]): Selection => {
  if (selection.kind === 'all') return selection;
  return { ...selection, ids: new Set([...selection.base, ...range]) };
};

/** Starts ranges from a file, without selecting it alone. */
export const anchorAt = (selection: Selection, id: string): Selection =>
  selection.kind === 'all' || selection.anchor !== undefined
    ? selection
    : { ...selection, anchor: id, base: selection.ids };

/** Selects all files that match, of which there are so many at this moment. */
export const selectAll = (count: number): Selection => ({ kind: 'all', count, except: NO_IDS, later: NO_IDS });

/** A file came to the library: it is no part of what was selected before. */
export const afterArrival = (selection: Selection, id: string): Selection =>
  selection.kind === 'all' ? { ...selection, later: withId(selection.later, id) } : selection;

/** A file is no more in the library. */
export const afterLoss = (selection: Selection, id: string): Selection => {
  if (selection.kind === 'all') {
    if (!isSelected(selection, id)) return selection;
    return { ...selection, count: Math.max(0, selection.count - 1) };
  }
  if (!selection.ids.has(id) && selection.anchor !== id) return selection;
  const anchor = selection.anchor === id ? undefined : selection.anchor;
  return { kind: 'some', ids: withoutId(selection.ids, id), anchor, base: withoutId(selection.base, id) };
};
