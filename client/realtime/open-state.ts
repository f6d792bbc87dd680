import { MediashelfError } from '../errors.ts';
import type { Status } from './messages.ts';
import { renewable } from './renewable.ts';

/** Whether a connection is open, and whether all events come over it. */
export const openState = () => {
  const opened = renewable<void>();
  let isOpen = false;
  let isConnected = false;
  return {
    isConnected: (): boolean => isConnected,
    isOpen: (): boolean => isOpen,
    opened: (): Promise<void> => opened.promise(),
    change: (status: Status, error?: Error): void => {
      isConnected = status === 'open';
      if (!isConnected && isOpen) opened.renew();
      if (!isConnected) isOpen = false;
      if (status === 'closed') opened.reject(error ?? new MediashelfError('CLOSED', 'The connection was closed'));
    },
    /** All subscriptions are restored. */
    restored: (): void => {
      isOpen = true;
      opened.resolve();
    },
  };
};
