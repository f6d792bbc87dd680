import { lazy, Suspense, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Media } from '../../client/index.ts';
import { titleOf } from '../gallery/names.ts';
import { useMay } from '../session/use-session.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { useWords } from '../words/use-words.tsx';

const ShareDialog = lazy(() => import('./share-dialog.tsx'));

type Shared = Pick<Media, 'id' | 'title' | 'filename' | 'visibility'>;

/** Opens the dialog that makes a link to files. Without files that are loaded, their ids say enough. */
export const ShareButton = ({
  collectionId,
  name,
  ids,
  find,
  look,
}: {
  readonly collectionId?: string;
  /** What the link is called at first, if that is not the name of its first file. */
  readonly name?: string;
  readonly ids: readonly string[];
  readonly find: (id: string) => Shared | undefined;
  readonly look: 'icon' | 'text';
}) => {
  const { share } = useWords();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  if (!may('media:update') || !may('media:read')) return null;
  const known = ids.flatMap((id) => find(id) ?? []);
  return (
    <>
      {look === 'icon' ? (
        <IconButton icon="shared" label={share.share} onPress={() => setOpen(true)} />
      ) : (
        <Button className="button small" onPress={() => setOpen(true)}>
          <Icon name="shared" />
          {share.share}
        </Button>
      )}
      {isOpen && (
        <Suspense>
          <ShareDialog
            collectionId={collectionId}
            ids={ids}
            open={known.filter(({ visibility }) => visibility !== 'private').length}
            name={name ?? (known[0] ? titleOf(known[0]).slice(0, 100) : '')}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
};
