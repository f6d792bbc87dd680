import { chosenTexts } from '../../domain/record-fields.ts';

/** The texts that `files` shows and takes. */
export const FILE_TEXTS = chosenTexts({
  title: false,
  alt: false,
  caption: false,
  description: true,
  license: true,
  creator: true,
  source: true,
});
