import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { openHasher } from '../../client/browser/hasher.ts';
import { noteFailure } from '../api/query-client.ts';
import { newHashWorker } from '../api/shelf.ts';
import { useSession } from '../session/use-session.ts';
import { isMoving, openQueue, type UploadQueue } from './queue.ts';
import { trashedContents } from './trashed-contents.ts';

const Context = createContext<UploadQueue | undefined>(undefined);

/** Keeps the uploads of the page, whichever section is shown. */
export const Uploads = ({ children }: { readonly children: ReactNode }) => {
  const { shelf } = useSession();
  const queue = useMemo(
    () =>
      openQueue({
        shelf,
        hash: openHasher(newHashWorker),
        trashedWith: trashedContents(shelf),
        onFailure: noteFailure,
      }),
    [shelf],
  );
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (queue.rows().some(isMoving)) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [queue]);
  return <Context value={queue}>{children}</Context>;
};

export const useUploads = (): UploadQueue => {
  const queue = useContext(Context);
  if (!queue) throw new Error('Uploads are used outside of their provider');
  return queue;
};

export const useUploadRows = () => {
  const queue = useUploads();
  return useSyncExternalStore(queue.subscribe, queue.rows);
};

/** A value that listeners of the window read when they are called. */
export const useLatest = <T,>(value: T): { readonly current: T } => {
  const latest = useRef(value);
  latest.current = value;
  return latest;
};
