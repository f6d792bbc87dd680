import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isUnauthorized } from './errors.ts';

type Listener = () => void;

const listeners = new Set<Listener>();
let isEnded = false;

/** Whether a call was refused because the session has ended: the page asks for the password over itself. */
export const sessionEnd = {
  subscribe: (listener: Listener): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  isEnded: (): boolean => isEnded,
  set: (value: boolean): void => {
    if (isEnded === value) return;
    isEnded = value;
    for (const listener of listeners) listener();
  },
};

/** Takes note of a refused call; every failure of a call goes through here. */
export const noteFailure = (error: unknown): void => {
  if (isUnauthorized(error)) sessionEnd.set(true);
};

/** The client has retries of its own. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteFailure }),
  mutationCache: new MutationCache({ onError: noteFailure }),
  defaultOptions: {
    queries: { retry: false, staleTime: 15_000, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});
