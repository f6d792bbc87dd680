import { type Media, MediashelfError } from '../../client/index.ts';
import {
  type Conflict,
  changesOf,
  conflictsOf,
  type Draft,
  type RecordTexts,
  type TextName,
  textsOf,
} from './draft.ts';

/** What a person typed, and the record that they saw while they typed. */
export interface TextsForm {
  readonly draft: Draft;
  readonly base: RecordTexts;
  readonly version: number;
}

/** The form of a record without a draft. */
export const formOf = (media: Media): TextsForm => ({ draft: {}, base: textsOf(media), version: media.version });

/** The texts of two persons, and the record with those of the other one. */
export interface Clash {
  readonly conflicts: readonly Conflict[];
  readonly current: Media;
}

type Patch = (changes: ReturnType<typeof changesOf>, version: number) => Promise<Media>;

/** Each refusal is the success of another call; a record that changes more often than this is reported as busy. */
const ATTEMPTS = 10;

/**
 * Saves a draft in the version of the record that it was made of. When another call changed the record meanwhile, other fields
 * than the draft's are left as they are now; a field of both is a clash, and nothing is written.
 */
export const saveTexts = async ({ draft, base, version }: TextsForm, patch: Patch): Promise<Media | Clash> => {
  for (let attempt = 1, expected = version; ; attempt += 1) {
    try {
      return await patch(changesOf(draft, base), expected);
    } catch (error) {
      if (!(error instanceof MediashelfError) || !error.current || attempt === ATTEMPTS) throw error;
      const { current } = error;
      const conflicts = conflictsOf(draft, base, textsOf(current));
      if (conflicts.length > 0) return { conflicts, current };
      expected = current.version;
    }
  }
};

/** The form after a choice: without the fields in which the other person's text stays, and made of the record that was shown. */
export const settled = ({ draft }: TextsForm, { current }: Clash, theirs: readonly TextName[]): TextsForm => ({
  ...formOf(current),
  draft: Object.fromEntries(Object.entries(draft).filter(([name]) => !theirs.includes(name as TextName))),
});
