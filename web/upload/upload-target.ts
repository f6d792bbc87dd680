import { useQuery } from '@tanstack/react-query';
import { useGallerySearch } from '../gallery/use-gallery-search.ts';
import { useShelf } from '../session/use-session.ts';

/** The tag by which the gallery is filtered: what is uploaded there gets it, and so shows there. */
export const useUploadTags = (): { readonly tagIds: readonly string[]; readonly name: string | undefined } => {
  const { search } = useGallerySearch();
  const shelf = useShelf();
  const tags = useQuery({
    queryKey: ['tags'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/media-tags', { signal }),
    enabled: search.tag !== undefined,
  });
  const tag = search.tag === undefined ? undefined : tags.data?.find(({ slug }) => slug === search.tag);
  return { tagIds: tag ? [tag.id] : [], name: tag?.name };
};
