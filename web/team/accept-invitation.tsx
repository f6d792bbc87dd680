import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { openShelf } from '../api/shelf.ts';
import { chooseTeam } from '../session/chosen-team.ts';
import { EntryCard, EntryForm } from '../session/entry-card.tsx';
import { forgetToken, mailedToken } from '../session/mailed-token.ts';
import { Field } from '../ui/field.tsx';
import { notify } from '../ui/notices.tsx';
import { useWords } from '../words/use-words.tsx';

/** The page of an invited person: they join with a new password, or as who they are signed in. */
export const AcceptInvitation = ({ onDone }: { readonly onDone: () => void }) => {
  const words = useWords();
  const [password, setPassword] = useState('');
  const accept = useMutation({
    mutationFn: () =>
      openShelf(undefined).call('POST /api/v1/invitations/accept', {
        body: { token: mailedToken('invitation') ?? '', ...(password === '' ? {} : { password }) },
      }),
    onSuccess: ({ team }) => {
      forgetToken();
      chooseTeam(team.id);
      history.replaceState(null, '', '/app/');
      notify(words.team.acceptedIn(team.name));
      onDone();
    },
  });
  return (
    <EntryCard title={words.team.accept} help={words.team.acceptHelp}>
      <EntryForm
        action={words.team.accept}
        isPending={accept.isPending}
        onSubmit={() => accept.mutate()}
        problem={accept.error && words.team.acceptFailed}
      >
        <input type="text" hidden readOnly autoComplete="username" value="" aria-label={words.session.email} />
        <Field
          label={words.account.fresh}
          help={words.account.rule}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
        />
      </EntryForm>
    </EntryCard>
  );
};
