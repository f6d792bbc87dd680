import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { MediashelfError } from '../../client/index.ts';
import { inWords } from '../api/errors.ts';
import { openShelf, sendsMail } from '../api/shelf.ts';
import { EntryCard, EntryForm } from '../session/entry-card.tsx';
import { Field } from '../ui/field.tsx';
import { preferredLanguage } from '../words/language.ts';
import { mailWords } from '../words/mail.ts';
import { useSpeech, useWords } from '../words/use-words.tsx';

const BackLink = ({ label }: { readonly label: string }) => (
  <p className="sign-in-link">
    <a href="/app/">{label}</a>
  </p>
);

/** The page of a person who has lost their password: it has a link mailed to them, or says who helps. */
export const ForgottenPage = ({ isGone = false }: { readonly isGone?: boolean }) => {
  const words = useWords();
  const texts = mailWords(useSpeech());
  const [email, setEmail] = useState('');
  const request = useMutation({
    mutationFn: () =>
      openShelf(undefined).call('POST /api/v1/auth/password-resets', {
        body: { email: email.trim(), language: preferredLanguage() },
      }),
  });
  const problem = (error: Error): string =>
    error instanceof MediashelfError && error.status === 429 ? texts.often : inWords(error, words);
  if (!sendsMail()) {
    return (
      <EntryCard title={texts.forgotten} help={texts.off}>
        <BackLink label={texts.back} />
      </EntryCard>
    );
  }
  return (
    <EntryCard title={texts.forgotten} help={isGone ? texts.gone : texts.forgottenHelp}>
      {request.isSuccess ? (
        <p role="status">{texts.sent}</p>
      ) : (
        <EntryForm
          action={texts.send}
          isPending={request.isPending}
          onSubmit={() => request.mutate()}
          problem={request.error && problem(request.error)}
        >
          <Field
            label={words.session.email}
            type="email"
            autoComplete="username"
            value={email}
            onChange={setEmail}
            isRequired
            autoFocus
          />
        </EntryForm>
      )}
      <BackLink label={texts.back} />
    </EntryCard>
  );
};
