import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { managesTeam, type Role, useSession } from '../session/use-session.ts';
import { Choice } from '../ui/choice.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Failure } from '../ui/failure.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Loading } from '../ui/loading.tsx';
import { notify } from '../ui/notices.tsx';
import { useAction } from '../ui/use-action.ts';
import { useFormat, useWords } from '../words/use-words.tsx';
import { mayChange, rolesFor } from './roles.ts';

/** The people of the team and their roles. */
export const Members = () => {
  const words = useWords();
  const format = useFormat();
  const { me, shelf } = useSession();
  const [removing, setRemoving] = useState<{ readonly userId: string; readonly name: string }>();
  const path = { id: me.team.id };
  const key = ['members', me.team.id];
  const members = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => shelf.call('GET /api/v1/teams/{id}/members', { path, signal }),
  });
  const change = useAction({
    run: ({ userId, role }: { readonly userId: string; readonly role: Role }) =>
      shelf.call('PATCH /api/v1/teams/{id}/members/{userId}', { path: { ...path, userId }, body: { role } }),
    changes: [key, ['me']],
    onDone: () => notify(words.common.saved),
  });
  const remove = useAction({
    run: ({ userId }: { readonly userId: string; readonly name: string }) =>
      shelf.call('DELETE /api/v1/teams/{id}/members/{userId}', { path: { ...path, userId } }),
    changes: [key],
    onDone: (_, { name }) => notify(words.team.removed(name)),
  });
  if (members.error) return <Failure error={members.error} onRetry={() => void members.refetch()} />;
  if (!members.data) return <Loading />;
  const owners = members.data.filter(({ role }) => role === 'owner').length;
  return (
    <section className="section">
      <h2>{words.team.members}</h2>
      <ul className="rows" aria-label={words.team.members}>
        {members.data.map(({ userId, email, role, createdAt }) => {
          const name = email ?? userId;
          const isYou = userId === me.user.id;
          const isLastOwner = role === 'owner' && owners === 1;
          return (
            <li key={userId}>
              <span className="row-main">
                <span className="name">
                  <bdi>{name}</bdi> {isYou && <span className="chip">{words.team.you}</span>}
                </span>
                <span className="quiet">{`${words.team.since} ${format.date(createdAt)}`}</span>
                {isLastOwner && managesTeam(me) && <span className="quiet">{words.team.lastOwner}</span>}
              </span>
              {mayChange(me.role, role) && !isLastOwner ? (
                <>
                  <Choice
                    bare
                    label={words.team.roleOf(name)}
                    value={role}
                    options={rolesFor(me.role).map((each) => [each, words.team.roles[each]] as const)}
                    onChange={(value) => change.mutate({ userId, role: value })}
                  />
                  {!isYou && (
                    <IconButton
                      icon="trash"
                      look="plain small"
                      label={words.team.remove(name)}
                      onPress={() => setRemoving({ userId, name })}
                    />
                  )}
                </>
              ) : (
                <span>{words.team.roles[role]}</span>
              )}
            </li>
          );
        })}
      </ul>
      {removing && (
        <Confirm
          title={words.team.removeTitle}
          help={words.team.removeHelp(removing.name)}
          action={words.common.remove}
          onConfirm={() => remove.mutate(removing)}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </section>
  );
};
