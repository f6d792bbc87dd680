import { useEffect, useRef, useState } from 'react';
import { titleOf } from '../gallery/names.ts';
import { Icon } from '../ui/icon.tsx';
import { useWords } from '../words/use-words.tsx';
import { download } from './download.ts';
import { SharedPicture } from './shared-cell.tsx';
import { isShown, type SharedFile, type Visit } from './visit.ts';

interface SharedViewerProps {
  readonly file: SharedFile;
  readonly visit: Visit;
  readonly onClose: () => void;
  readonly onPrevious: (() => void) | undefined;
  readonly onNext: (() => void) | undefined;
}

/** The file itself, over the list; a file that is no picture can be downloaded. */
export const SharedViewer = ({ file, visit, onClose, onPrevious, onNext }: SharedViewerProps) => {
  const { shared, common } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const [whole, setWhole] = useState<{ readonly id: string; readonly address: string }>();
  const { id, mimeType } = file;
  const name = titleOf(file);

  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    if (!isShown({ mimeType })) return;
    let isOver = false;
    void visit.addressOf(id).then((address) => {
      if (!isOver && address) setWhole({ id, address });
    });
    return () => {
      isOver = true;
    };
  }, [id, mimeType, visit]);

  const steps = { ArrowLeft: onPrevious, ArrowRight: onNext };
  return (
    <dialog
      ref={dialog}
      className="shared-viewer"
      aria-label={name}
      onClose={onClose}
      onKeyDown={({ key }) => {
        const isTurned = document.documentElement.dir === 'rtl';
        const turned = isTurned ? { ArrowLeft: 'ArrowRight', ArrowRight: 'ArrowLeft' } : undefined;
        const direction = turned?.[key as 'ArrowLeft'] ?? key;
        if (direction in steps) steps[direction as keyof typeof steps]?.();
      }}
    >
      <div className="shared-bar">
        <bdi className="name grow">{name}</bdi>
        <button
          type="button"
          className="button plain square"
          aria-label={shared.download(name)}
          onClick={() => void download(visit, file)}
        >
          <Icon name="download" />
        </button>
        <button
          type="button"
          className="button plain square"
          aria-label={common.close}
          onClick={() => dialog.current?.close()}
        >
          <Icon name="clear" />
        </button>
      </div>
      <div className="shared-stage">
        {whole?.id === file.id ? (
          <img src={whole.address} alt={file.alt ?? name} />
        ) : (
          <span key={file.id} className="shared-picture">
            <SharedPicture file={file} visit={visit} />
          </span>
        )}
      </div>
      <div className="shared-bar">
        <button
          type="button"
          className="button plain square"
          aria-label={shared.previous}
          disabled={!onPrevious}
          onClick={onPrevious}
        >
          <Icon name="previous" />
        </button>
        <bdi className="grow wrap-anywhere">{file.caption}</bdi>
        <button
          type="button"
          className="button plain square"
          aria-label={shared.next}
          disabled={!onNext}
          onClick={onNext}
        >
          <Icon name="next" />
        </button>
      </div>
    </dialog>
  );
};
