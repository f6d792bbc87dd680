import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Mediashelf } from '../../client/index.ts';
import { isMissing, isUnauthorized } from '../api/errors.ts';
import { queryClient, sessionEnd } from '../api/query-client.ts';
import { maySignedIn, openShelf } from '../api/shelf.ts';
import { Pages } from '../shell/pages.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { chooseTeam, chosenTeam } from './chosen-team.ts';
import { mailedToken } from './mailed-token.ts';
import { nextPage } from './next-page.ts';
import { SignInAgain, SignInPage } from './sign-in.tsx';
import { hearTabs, tellTabs } from './tabs.ts';
import { type Me, SessionContext } from './use-session.ts';

const AcceptInvitation = lazy(async () => ({
  default: (await import('../team/accept-invitation.tsx')).AcceptInvitation,
}));
const ForgottenPage = lazy(async () => ({ default: (await import('../recovery/forgotten-page.tsx')).ForgottenPage }));
const NewPasswordPage = lazy(async () => ({
  default: (await import('../recovery/new-password-page.tsx')).NewPasswordPage,
}));

/** The signed-in person in their team. A call for one team answers that one alone, so that the list is read without it. */
const readMe = async (shelf: Mediashelf, team: string | undefined, signal: AbortSignal): Promise<Me> => {
  if (team === undefined) return shelf.call('GET /api/v1/auth/me', { signal });
  const [me, teams] = await Promise.all([
    shelf.call('GET /api/v1/auth/me', { signal }),
    openShelf(undefined).call('GET /api/v1/teams', { signal }),
  ]);
  // The list of a caller may be half a minute old: a team that was just made is missing in it.
  const isListed = teams.some(({ id }) => id === me.team.id);
  return { ...me, teams: isListed ? teams : [...teams, { ...me.team, role: me.role }] };
};

/** Everything that the page knows of a person or team is dropped at once. */
const dropAll = (): void => queryClient.clear();

/** A page that is loaded when it is opened. */
const inTime = (page: ReactNode) => <Suspense fallback={<Loading page />}>{page}</Suspense>;

/** Follows what the person does in other tabs: what is known is dropped, then `follow` is told. */
const useOtherTabs = (follow: (message: 'signed-out' | 'signed-in' | 'team') => void): void => {
  useEffect(
    () =>
      hearTabs((message) => {
        dropAll();
        sessionEnd.set(false);
        follow(message);
      }),
    [follow],
  );
};

/** Asks for a sign-in where there is none, and shows the pages to the signed-in person. */
export const Session = () => {
  const [isIn, setIn] = useState(maySignedIn);
  const [team, setTeam] = useState(chosenTeam);
  const isEnded = useSyncExternalStore(sessionEnd.subscribe, sessionEnd.isEnded);
  const shelf = useMemo(() => openShelf(team), [team]);
  const me = useQuery({
    queryKey: ['me', team],
    enabled: isIn,
    queryFn: ({ signal }) => readMe(shelf, team, signal),
  });

  useOtherTabs(
    useCallback((message) => {
      if (message === 'signed-out') setIn(false);
      if (message === 'signed-in') setIn(true);
      setTeam(chosenTeam());
    }, []),
  );

  const leave = useCallback((): void => {
    setIn(false);
    dropAll();
    sessionEnd.set(false);
  }, []);
  const enter = (): void => {
    sessionEnd.set(false);
    dropAll();
    if (location.pathname.endsWith('/sign-in'))
      history.replaceState(null, '', nextPage(location.search, location.origin));
    setIn(true);
    tellTabs('signed-in');
  };
  const value = useMemo(
    () =>
      me.data && {
        me: me.data,
        shelf,
        signOut: async () => {
          await shelf.call('POST /api/v1/auth/logout').catch(() => undefined);
          tellTabs('signed-out');
          chooseTeam(undefined);
          setTeam(undefined);
          leave();
        },
        switchTeam: (id: string) => {
          chooseTeam(id);
          dropAll();
          setTeam(id);
          tellTabs('team');
        },
      },
    [me.data, shelf, leave],
  );

  if (mailedToken('invitation') !== undefined) return inTime(<AcceptInvitation onDone={enter} />);
  if (location.pathname === '/app/new-password') return inTime(<NewPasswordPage />);
  if (location.pathname === '/app/forgotten') return inTime(<ForgottenPage />);
  if (!isIn || (me.error && isUnauthorized(me.error) && !me.data)) return <SignInPage onDone={enter} />;
  if (me.error && !me.data) {
    // The person has left the team that they worked in.
    if (team !== undefined && isMissing(me.error)) {
      chooseTeam(undefined);
      setTeam(undefined);
    }
    return <Failure error={me.error} onRetry={() => me.refetch()} />;
  }
  if (!value) return <Loading page />;
  return (
    <SessionContext value={value}>
      <Pages key={value.me.team.id} />
      {isEnded && (
        <SignInAgain
          email={value.me.user.email ?? ''}
          onDone={enter}
          onSame={() => {
            sessionEnd.set(false);
            void queryClient.invalidateQueries();
          }}
          userId={value.me.user.id}
        />
      )}
    </SessionContext>
  );
};
