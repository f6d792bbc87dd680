import { type Mediashelf, MediashelfError } from '../client/node.ts';

/** Case and accents of Latin letters make no other tag; marks of other scripts do. */
const folded = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .normalize('NFD')
    .replace(/(\p{Script=Latin})\p{Mn}+/gu, '$1');

/** A slug can read like the name of another tag, which then is the one that is meant. */
const tagCalled = <Known extends { readonly slug: string; readonly name: string }>(
  known: readonly Known[],
  name: string,
): Known | undefined =>
  known.find((tag) => tag.name === name) ??
  known.find((tag) => folded(tag.name) === folded(name)) ??
  known.find((tag) => folded(tag.slug) === folded(name));

/** The ids of tags by name or slug. Missing ones are created, or answered as `undefined`. */
export const tagIds = async (
  { call }: Mediashelf,
  names: readonly string[],
  { create }: { readonly create: boolean },
): Promise<readonly (string | undefined)[]> => {
  if (names.length === 0) return [];
  const known = await call('GET /api/v1/media-tags');
  const ids: (string | undefined)[] = [];
  for (const name of names) {
    const tag = tagCalled(known, name);
    ids.push(tag?.id ?? (create ? await made(call, name) : undefined));
  }
  return ids;
};

/** Two callers may create one tag at once; the second finds it. */
const made = async (call: Mediashelf['call'], name: string): Promise<string | undefined> => {
  try {
    return (await call('POST /api/v1/media-tags', { body: { name } })).id;
  } catch (error) {
    if (!(error instanceof MediashelfError) || error.status !== 409) throw error;
    const known = await call('GET /api/v1/media-tags');
    return known.find((tag) => folded(tag.name) === folded(name))?.id;
  }
};
