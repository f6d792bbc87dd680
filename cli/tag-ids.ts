import { type Mediashelf, MediashelfError } from '../client/node.ts';

const folded = (text: string): string => text.trim().toLowerCase();

/** The ids of tags by slug or name. Those that are not there are made, or missed: `undefined` stands for them then. */
export const tagIds = async (
  { call }: Mediashelf,
  names: readonly string[],
  { create }: { readonly create: boolean },
): Promise<readonly (string | undefined)[]> => {
  if (names.length === 0) return [];
  const known = await call('GET /api/v1/media-tags');
  const ids: (string | undefined)[] = [];
  for (const name of names) {
    const tag = known.find(({ slug, name: title }) => folded(slug) === folded(name) || folded(title) === folded(name));
    ids.push(tag?.id ?? (create ? await made(call, name) : undefined));
  }
  return ids;
};

/** Two may make one tag at once; the one who comes second finds it. */
const made = async (call: Mediashelf['call'], name: string): Promise<string | undefined> => {
  try {
    return (await call('POST /api/v1/media-tags', { body: { name } })).id;
  } catch (error) {
    if (!(error instanceof MediashelfError) || error.status !== 409) throw error;
    const known = await call('GET /api/v1/media-tags');
    return known.find((tag) => folded(tag.name) === folded(name))?.id;
  }
};
