import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { Words } from './en.ts';
import { type Formats, formats } from './format.ts';
import type { Spoken } from './language.ts';

/** The language of the page, with its texts and formats. */
export interface Speech extends Spoken {
  readonly format: Formats;
}

const Context = createContext<Speech | undefined>(undefined);

export const WordsProvider = ({ spoken, children }: { readonly spoken: Spoken; readonly children: ReactNode }) => {
  const speech = useMemo(() => ({ ...spoken, format: formats(spoken.tag) }), [spoken]);
  // React Aria takes the direction from the language: `ar` has the same keys and positions as the made-up one.
  return (
    <Context value={speech}>
      <I18nProvider locale={spoken.direction === 'rtl' ? 'ar-AE' : spoken.tag}>{children}</I18nProvider>
    </Context>
  );
};

export const useSpeech = (): Speech => {
  const speech = useContext(Context);
  if (!speech) throw new Error('Texts are read outside of their provider');
  return speech;
};

/** The texts of the page's language. */
export const useWords = (): Words => useSpeech().words;

/** Dates, numbers and sizes in the page's language. */
export const useFormat = (): Formats => useSpeech().format;
