const lengthened = (text: string): string => `[${text.replace(/[aeiou]/g, '$&$&')}]`;

/** The texts of a made-up language, a third longer: a text that stays English is missing from the dictionary. */
export const pseudo = <Texts extends object>(words: Texts): Texts => {
  const change = (value: unknown): unknown => {
    if (typeof value === 'string') return lengthened(value);
    if (typeof value === 'function') return (...given: unknown[]) => lengthened(value(...given));
    return Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, change(each)]));
  };
  return change(words) as Texts;
};
