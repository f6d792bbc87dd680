import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { Realtime } from '../../client/browser.ts';
import { useSession } from '../session/use-session.ts';

interface Live {
  readonly realtime: Realtime;
  readonly isOnline: boolean;
}

const Context = createContext<Live | undefined>(undefined);

/** Keeps the lists that are loaded once true to what happens in the team. */
export const LiveProvider = ({ children }: { readonly children: ReactNode }) => {
  const { shelf } = useSession();
  const queries = useQueryClient();
  const realtime = useMemo(() => shelf.realtime(), [shelf]);
  const [isOnline, setOnline] = useState(true);

  useEffect(() => {
    let wasOpen = false;
    const stops = [
      realtime.on('status', ({ status }) => {
        if (status === 'open') wasOpen = true;
        setOnline(status === 'open' || !wasOpen);
      }),
      realtime.on('gap', () => void queries.invalidateQueries()),
      realtime.on('event', ({ channel, event, data }) => {
        if (channel !== 'media' || !event.startsWith('media.') || event.startsWith('media.text')) return;
        const id = (data as { readonly id?: string }).id;
        void queries.invalidateQueries({ queryKey: ['trash'] });
        void queries.invalidateQueries({ queryKey: ['usage'] });
        if (event === 'media.deleted') void queries.invalidateQueries({ queryKey: ['media', id] });
        else if (id) queries.setQueryData(['media', id], data);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [realtime, queries]);
  useEffect(() => () => realtime.close(), [realtime]);

  const live = useMemo(() => ({ realtime, isOnline }), [realtime, isOnline]);
  return <Context value={live}>{children}</Context>;
};

const useLive = (): Live => {
  const live = useContext(Context);
  if (!live) throw new Error('Events are listened to outside of their provider');
  return live;
};

export const useIsOnline = (): boolean => useLive().isOnline;
export const useRealtime = (): Realtime => useLive().realtime;
