/** Matches IAM's patterns, in which `*` stands for any text and `?` for one character. */
export const globMatcher = (glob: string, ignoreCase = false): ((value: string) => boolean) => {
  if (glob === '*') return () => true;
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '[\\s\\S]*')
    .replaceAll('?', '[\\s\\S]');
  const pattern = new RegExp(`^${source}$`, ignoreCase ? 'i' : '');
  return (value) => pattern.test(value);
};
