import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { MediashelfError } from '../../client/index.ts';
import { inWords, isMissing } from '../api/errors.ts';
import { openShelf } from '../api/shelf.ts';
import { EntryCard, EntryForm } from '../session/entry-card.tsx';
import { forgetToken, mailedToken } from '../session/mailed-token.ts';
import { tellTabs } from '../session/tabs.ts';
import { Check } from '../ui/check.tsx';
import { Field } from '../ui/field.tsx';
import { mailWords } from '../words/mail.ts';
import { useSpeech, useWords } from '../words/use-words.tsx';
import { ForgottenPage } from './forgotten-page.tsx';

/** The page behind the link of a mail: a new password, once. Then the person signs in with it. */
export const NewPasswordPage = () => {
  const words = useWords();
  const texts = mailWords(useSpeech());
  const [password, setPassword] = useState('');
  const [endEverything, setEndEverything] = useState(false);
  const set = useMutation({
    mutationFn: () =>
      openShelf(undefined).call('POST /api/v1/auth/password-resets/use', {
        body: { token: mailedToken('new-password') ?? '', newPassword: password, endEverything },
      }),
    // The sessions of the person have ended, in this browser too.
    onSuccess: () => tellTabs('signed-out'),
  });
  const problem = (error: Error): string =>
    error instanceof MediashelfError && error.status === 400 ? texts.weak : inWords(error, words);
  const leave = (): void => {
    forgetToken();
    location.assign('/app/');
  };
  if (mailedToken('new-password') === undefined || (set.error && isMissing(set.error))) return <ForgottenPage isGone />;
  if (set.isSuccess) {
    return (
      <EntryCard title={texts.fresh} help={texts.wasSet}>
        <Button className="button primary wide" onPress={leave} autoFocus>
          {words.session.title}
        </Button>
      </EntryCard>
    );
  }
  return (
    <EntryCard title={texts.fresh} help={texts.freshHelp}>
      <EntryForm
        action={texts.set}
        isPending={set.isPending}
        onSubmit={() => set.mutate()}
        problem={set.error && problem(set.error)}
      >
        <input type="text" hidden readOnly autoComplete="username" value="" aria-label={words.session.email} />
        <Field
          label={words.account.fresh}
          help={words.account.rule}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
          isRequired
          autoFocus
        />
        <Check isSelected={endEverything} onChange={setEndEverything}>
          {words.account.endEverything}
        </Check>
      </EntryForm>
    </EntryCard>
  );
};
