import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Form } from 'react-aria-components';
import { invitationAddress } from '../session/mailed-token.ts';
import { type Role, useSession } from '../session/use-session.ts';
import { Choice } from '../ui/choice.tsx';
import { Failure } from '../ui/failure.tsx';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Loading } from '../ui/loading.tsx';
import { notify } from '../ui/notices.tsx';
import { Secret } from '../ui/secret.tsx';
import { useAction } from '../ui/use-action.ts';
import { preferredLanguage } from '../words/language.ts';
import { mailWords } from '../words/mail.ts';
import { useFormat, useSpeech, useWords } from '../words/use-words.tsx';
import { rolesFor } from './roles.ts';

/** Invites people, and lists the invitations that are open. */
export const Invitations = () => {
  const words = useWords();
  const format = useFormat();
  const { me, shelf } = useSession();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('editor');
  const texts = mailWords(useSpeech());
  const [given, setGiven] = useState<{ readonly address: string; readonly help: string }>();
  const path = { id: me.team.id };
  const key = ['invitations', me.team.id];
  const open = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => shelf.call('GET /api/v1/teams/{id}/invitations', { path, signal }),
  });
  const invite = useAction({
    run: () =>
      shelf.call('POST /api/v1/teams/{id}/invitations', {
        path,
        body: { email: email.trim(), role, language: preferredLanguage() },
      }),
    changes: [key],
    onDone: ({ token, mailed }) => {
      const help = mailed ? texts.mailed(email.trim()) : words.team.inviteLink;
      setGiven({ address: invitationAddress(token), help });
      notify(words.team.invited(email.trim()));
      setEmail('');
    },
  });
  const withdraw = useAction({
    run: (invitationId: string) =>
      shelf.call('DELETE /api/v1/teams/{id}/invitations/{invitationId}', { path: { ...path, invitationId } }),
    changes: [key],
    onDone: () => notify(words.team.withdrawn),
  });
  return (
    <section className="section">
      <h2>{words.team.invitations}</h2>
      {given === undefined ? (
        <Form
          className="form-row"
          onSubmit={(event) => {
            event.preventDefault();
            if (email.trim() !== '') invite.mutate(undefined);
          }}
        >
          <Field label={words.session.email} type="email" value={email} onChange={setEmail} autoComplete="off" />
          <Choice
            label={words.team.role}
            value={role}
            options={rolesFor(me.role).map((each) => [each, words.team.roles[each]] as const)}
            onChange={setRole}
          />
          <Button type="submit" className="button primary" isPending={invite.isPending}>
            <Icon name="add" />
            {words.team.invite}
          </Button>
        </Form>
      ) : (
        <Secret help={given.help} value={given.address} onClose={() => setGiven(undefined)} />
      )}
      <p className="quiet">{`${words.team.roles[role]}: ${words.team.roleHelp[role]}`}</p>
      {open.error && <Failure error={open.error} onRetry={() => void open.refetch()} />}
      {!open.data && !open.error && <Loading />}
      {open.data?.length === 0 && <p className="quiet">{words.team.noInvitations}</p>}
      {open.data && open.data.length > 0 && (
        <ul className="rows" aria-label={words.team.invitations}>
          {open.data.map((invitation) => (
            <li key={invitation.id}>
              <span className="row-main">
                <bdi className="name">{invitation.email}</bdi>
                <span className="quiet">{`${words.team.roles[invitation.role]} · ${words.team.expires(format.date(invitation.expiresAt))}`}</span>
              </span>
              <IconButton
                icon="trash"
                look="plain small"
                label={words.team.withdraw(invitation.email)}
                onPress={() => withdraw.mutate(invitation.id)}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};
