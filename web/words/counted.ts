/** A text for each plural of a language; `#` stands for the number. */
export type Plurals = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** Makes texts with a number in them, in the plural and with the digits of a language. */
export const counted = (language: string) => {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (plurals: Plurals) =>
    (count: number): string =>
      (plurals[rules.select(count)] ?? plurals.other).replace('#', digits.format(count));
};
