import { useQuery } from '@tanstack/react-query';
import type { Library } from '../gallery/library.ts';
import { useShelf } from '../session/use-session.ts';

/** The record of a file; what the gallery has of it is shown until it is read anew. */
export const useMedia = (id: string, library: Library) => {
  const shelf = useShelf();
  return useQuery({
    queryKey: ['media', id],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/media/{id}', { path: { id }, signal }),
    placeholderData: () => library.find(id),
  });
};
