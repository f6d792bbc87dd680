import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { GallerySearch } from './gallery-search.ts';

export interface ChangeOptions {
  /** The open file stays open, or is what changes. */
  readonly keepsFile?: boolean;
  /** The former address is not one to go back to: a letter more in the search. */
  readonly replace?: boolean;
}

/** Changes the address of the gallery, and with it what is shown. */
export type ChangeSearch = (
  change: { readonly [Name in keyof GallerySearch]?: GallerySearch[Name] | undefined },
  options?: ChangeOptions,
) => void;

/** The state of the gallery: its address. */
export const useGallerySearch = (): { readonly search: GallerySearch; readonly change: ChangeSearch } => {
  const search = useSearch({ strict: false }) as GallerySearch;
  const navigate = useNavigate();
  const change = useCallback<ChangeSearch>(
    (changes, { keepsFile = false, replace = false } = {}) => {
      const without = keepsFile ? {} : { item: undefined, part: undefined };
      void navigate({ to: '/', search: (last: object) => ({ ...last, ...without, ...changes }) as never, replace });
    },
    [navigate],
  );
  return { search, change };
};
