import { createContext, useContext } from 'react';
import type { Answer, Mediashelf } from '../../client/index.ts';

export type Me = Answer<'GET /api/v1/auth/me'>;
export type Role = Me['role'];
type MediaScope = Me['scopes'][number];

/** The signed-in person, and the client for the team that they work in. */
export interface SessionValue {
  readonly me: Me;
  readonly shelf: Mediashelf;
  readonly signOut: () => Promise<void>;
  readonly switchTeam: (id: string) => void;
}

export const SessionContext = createContext<SessionValue | undefined>(undefined);

export const useSession = (): SessionValue => {
  const session = useContext(SessionContext);
  if (!session) throw new Error('A page is shown without a session');
  return session;
};

export const useShelf = (): Mediashelf => useSession().shelf;

/** Whether the person's role lets them do something: what it does not is not offered. */
export const useMay = (): ((scope: MediaScope) => boolean) => {
  const { me } = useSession();
  return (scope) => me.scopes.includes(scope);
};

/** Whether the person manages the people, keys and webhooks of the team. */
export const managesTeam = ({ role }: Pick<Me, 'role'>): boolean => role === 'owner' || role === 'admin';
