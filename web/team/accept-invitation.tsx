import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Form } from 'react-aria-components';
import { openShelf } from '../api/shelf.ts';
import { chooseTeam } from '../session/chosen-team.ts';
import { forgetToken, mailedToken } from '../session/mailed-token.ts';
import { Field } from '../ui/field.tsx';
import { Logo } from '../ui/logo.tsx';
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
    <main className="sign-in-page">
      <title>{`${words.team.accept} · ${words.product}`}</title>
      <div className="card sign-in-card">
        <Logo size={48} />
        <h1>{words.team.accept}</h1>
        <p className="quiet">{words.team.acceptHelp}</p>
        <Form
          className="sign-in-form"
          onSubmit={(event) => {
            event.preventDefault();
            accept.mutate();
          }}
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
          <p className="form-error" role="alert">
            {accept.error && words.team.acceptFailed}
          </p>
          <Button type="submit" className="button primary wide" isPending={accept.isPending}>
            {words.team.accept}
          </Button>
        </Form>
      </div>
    </main>
  );
};
