import type { Draft, RecordTexts } from './draft.ts';

interface Kept {
  readonly draft: Draft;
  readonly base: RecordTexts;
}

const drafts = new Map<string, Kept>();

/** RecordTexts that were typed and not saved: another file or section may be looked at meanwhile. They are kept by this page alone. */
export const keptDraft = (id: string): Kept | undefined => drafts.get(id);

export const keepDraft = (id: string, draft: Kept | undefined): void => {
  if (draft) drafts.set(id, draft);
  else drafts.delete(id);
};
