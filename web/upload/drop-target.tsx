import './upload.css';
import { type ReactNode, useEffect, useState } from 'react';
import { useMay, useSession } from '../session/use-session.ts';
import { Icon } from '../ui/icon.tsx';
import { useWords } from '../words/use-words.tsx';
import { carriesFiles, filesOf } from './dropped-files.ts';
import { useUploadTags } from './upload-target.ts';
import { useLatest, useUploads } from './use-uploads.tsx';

/** The whole page takes files that are dropped or pasted; while they hover, it names where they would go. */
export const DropTarget = ({ children }: { readonly children: ReactNode }) => {
  const words = useWords();
  const { me } = useSession();
  const may = useMay();
  const queue = useUploads();
  const { tagIds, name } = useUploadTags();
  const [isOver, setOver] = useState(false);
  const isUsable = may('media:create');
  const latest = useLatest({ isUsable, tagIds });

  useEffect(() => {
    const add = async (data: DataTransfer): Promise<void> => {
      const { isUsable: isNow, tagIds: tags } = latest.current;
      const files = await filesOf(data);
      if (isNow && files.length > 0) queue.add(files, tags);
    };
    /** Entering a child comes before leaving its parent. */
    let depth = 0;
    const enter = (event: DragEvent): void => {
      if (!carriesFiles(event.dataTransfer)) return;
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (!carriesFiles(event.dataTransfer)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const over = (event: DragEvent): void => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = latest.current.isUsable ? 'copy' : 'none';
    };
    const drop = (event: DragEvent): void => {
      if (!event.dataTransfer || !carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void add(event.dataTransfer);
    };
    const paste = (event: ClipboardEvent): void => {
      if (event.clipboardData && carriesFiles(event.clipboardData)) void add(event.clipboardData);
    };
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    addEventListener('paste', paste);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
      removeEventListener('paste', paste);
    };
  }, [queue, latest]);

  const target = me.team.name;
  const text = !isUsable
    ? words.upload.noDrop
    : name === undefined
      ? words.upload.drop(target)
      : words.upload.dropTagged(target, name);
  return (
    <>
      {children}
      {isOver && (
        <div className={isUsable ? 'drop-overlay' : 'drop-overlay refused'} role="status">
          <Icon name="upload" />
          <bdi className="wrap-anywhere">{text}</bdi>
        </div>
      )}
    </>
  );
};
