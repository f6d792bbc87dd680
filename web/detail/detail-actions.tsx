import { useMutation } from '@tanstack/react-query';
import type { Media } from '../../client/browser.ts';
import { ownAddress, shareAddress } from '../api/addresses.ts';
import { inWords } from '../api/errors.ts';
import { titleOf } from '../gallery/names.ts';
import { useLocalChanges } from '../gallery/use-library.tsx';
import { useMay, useShelf } from '../session/use-session.ts';
import { ShareButton } from '../sharing/share-button.tsx';
import { copyText } from '../ui/copy-text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { notify } from '../ui/notices.tsx';
import { useWords } from '../words/use-words.tsx';
import { downloadFile } from './download-file.ts';

/** Copy the address, download, trash. */
export const DetailActions = ({ media, onTrashed }: { readonly media: Media; readonly onTrashed: () => void }) => {
  const words = useWords();
  const may = useMay();
  const shelf = useShelf();
  const local = useLocalChanges();
  const name = titleOf(media);
  const path = { id: media.id };
  const failed = (error: unknown): void => notify(inWords(error, words), { kind: 'error' });
  const restore = useMutation({
    mutationFn: () => shelf.call('POST /api/v1/media/{id}/restore', { path }),
    onSuccess: local.arrived,
    onError: failed,
  });
  const trash = useMutation({
    mutationFn: () => shelf.call('DELETE /api/v1/media/{id}', { path }),
    onSuccess: () => {
      onTrashed();
      local.gone(media.id);
      const action = may('media:update') ? { label: words.common.undo, run: () => restore.mutate() } : undefined;
      notify(words.detail.trashed(name), { action });
    },
    onError: failed,
  });
  const address = ownAddress(media.url);
  return (
    <>
      {media.url !== null && (
        <IconButton
          icon="link"
          label={words.detail.copyLink}
          onPress={() => void copyText(shareAddress(media)).then(() => notify(words.common.copied))}
        />
      )}
      {address && <ShareButton look="icon" ids={[media.id]} find={() => media} />}
      {address && (
        <IconButton
          icon="download"
          label={words.detail.download}
          onPress={() => void downloadFile(address, media).catch(failed)}
        />
      )}
      {may('media:delete') && (
        <IconButton
          icon="trash"
          label={words.detail.trash}
          isPending={trash.isPending}
          onPress={() => trash.mutate()}
        />
      )}
    </>
  );
};
