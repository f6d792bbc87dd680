import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { inWords, isUnauthorized } from '../api/errors.ts';
import { openShelf } from '../api/shelf.ts';
import { Field } from '../ui/field.tsx';
import { useWords } from '../words/use-words.tsx';
import { EntryCard, EntryForm } from './entry-card.tsx';

interface SignInFormProps {
  readonly email?: string;
  readonly onDone: (userId: string) => void;
}

const SignInForm = ({ email: known = '', onDone }: SignInFormProps) => {
  const words = useWords();
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const login = useMutation({
    // A refusal is no end of a session: it is shown in the form.
    mutationFn: async () =>
      openShelf(undefined)
        .login(email, password)
        .catch((error: unknown) => {
          if (isUnauthorized(error)) return undefined;
          throw error;
        }),
    onSuccess: (loggedIn) => loggedIn && onDone(loggedIn.user.id),
  });
  const isWrong = login.isSuccess && login.data === undefined;
  return (
    <EntryForm
      action={words.session.title}
      isPending={login.isPending}
      onSubmit={() => login.mutate()}
      problem={isWrong ? words.session.wrong : login.error && inWords(login.error, words)}
    >
      <Field
        label={words.session.email}
        type="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
        isRequired
        autoFocus={known === ''}
      />
      <Field
        label={words.session.password}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        isRequired
        autoFocus={known !== ''}
      />
    </EntryForm>
  );
};

/** The page of a person who is not signed in. */
export const SignInPage = ({ onDone }: { readonly onDone: () => void }) => {
  const words = useWords();
  return (
    <EntryCard title={words.session.title} heading={words.product} help={words.session.intro}>
      <SignInForm onDone={onDone} />
      <p className="sign-in-link">
        <a href="/app/forgotten">{words.session.forgotten}</a>
      </p>
    </EntryCard>
  );
};

interface SignInAgainProps {
  readonly email: string;
  readonly userId: string;
  /** Another person signed in. */
  readonly onDone: () => void;
  /** The same person signed in: their work is kept. */
  readonly onSame: () => void;
}

/** Asks for the password over the page, after the session has ended: what the person was working on stays. */
export const SignInAgain = ({ email, userId, onDone, onSame }: SignInAgainProps) => {
  const words = useWords();
  return (
    <ModalOverlay className="overlay" isOpen isKeyboardDismissDisabled>
      <Modal className="modal narrow">
        <Dialog className="dialog">
          <Heading slot="title">{words.session.again}</Heading>
          <p className="quiet">{words.session.againHelp}</p>
          <SignInForm email={email} onDone={(id) => (id === userId ? onSame() : onDone())} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
};
