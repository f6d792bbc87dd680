import type { TextsForm } from './save-texts.ts';

const drafts = new Map<string, TextsForm>();

/** RecordTexts that were typed and not saved: another file or section may be looked at meanwhile. They are kept by this page alone. */
export const keptDraft = (id: string): TextsForm | undefined => drafts.get(id);

export const keepDraft = (id: string, draft: TextsForm | undefined): void => {
  if (draft) drafts.set(id, draft);
  else drafts.delete(id);
};
