import './sign-in.css';
import type { ReactNode } from 'react';
import { Button, Form } from 'react-aria-components';
import { Logo } from '../ui/logo.tsx';
import { useWords } from '../words/use-words.tsx';

interface EntryCardProps {
  readonly title: string;
  readonly help: string;
  /** The title, by default. */
  readonly heading?: string;
  readonly children: ReactNode;
}

/** A page of a person who is not signed in: one card. */
export const EntryCard = ({ title, help, heading = title, children }: EntryCardProps) => {
  const words = useWords();
  return (
    <main className="sign-in-page">
      <title>{`${title} · ${words.product}`}</title>
      <div className="card sign-in-card">
        <Logo size={48} />
        <h1>{heading}</h1>
        <p className="quiet">{help}</p>
        {children}
      </div>
    </main>
  );
};

interface EntryFormProps {
  readonly action: string;
  readonly isPending: boolean;
  readonly onSubmit: () => void;
  /** Why the last try failed. */
  readonly problem: string | false | null;
  readonly children: ReactNode;
}

/** Fields with one button, and the reason of a refusal between them. */
export const EntryForm = ({ action, isPending, onSubmit, problem, children }: EntryFormProps) => (
  <Form
    className="sign-in-form"
    onSubmit={(event) => {
      event.preventDefault();
      onSubmit();
    }}
  >
    {children}
    <p className="form-error" role="alert">
      {problem}
    </p>
    <Button type="submit" className="button primary wide" isPending={isPending}>
      {action}
    </Button>
  </Form>
);
