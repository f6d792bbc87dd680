import './notices.css';
import { useSyncExternalStore } from 'react';
import { Button } from 'react-aria-components';
import { useWords } from '../words/use-words.tsx';
import { IconButton } from './icon-button.tsx';

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly kind: 'plain' | 'error';
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

/** Long enough to read it and reach its button. */
const SHOWN_MS = 8000;

let notices: readonly Notice[] = [];
let last = 0;
const listeners = new Set<() => void>();

const set = (next: readonly Notice[]): void => {
  notices = next;
  for (const listener of listeners) listener();
};

const dismiss = (id: number): void => set(notices.filter((notice) => notice.id !== id));

/** Says what happened, at the edge of the page; `action` takes it back. An error stays until it is closed. */
export const notify = (
  text: string,
  { kind = 'plain', action }: Partial<Pick<Notice, 'kind' | 'action'>> = {},
): void => {
  last += 1;
  const id = last;
  set([...notices.slice(-2), { id, text, kind, action }]);
  if (kind === 'plain') setTimeout(() => dismiss(id), SHOWN_MS);
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The notices of the page; a screen reader reads each as it comes. */
export const Notices = () => {
  const { common } = useWords();
  const shown = useSyncExternalStore(subscribe, () => notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map(({ id, text, kind, action }) => (
        <div key={id} className={`notice ${kind}`}>
          <bdi className="wrap-anywhere">{text}</bdi>
          {action && (
            <Button
              className="button small plain"
              onPress={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon="clear" label={common.close} look="plain small" onPress={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
};
