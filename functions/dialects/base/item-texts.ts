import { chosenTexts } from '../../domain/record-fields.ts';

/** The texts that `base` shows and takes. */
export const ITEM_TEXTS = chosenTexts({
  title: true,
  alt: false,
  caption: false,
  description: true,
  license: true,
  creator: true,
  source: true,
});
