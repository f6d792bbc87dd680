import '../session/sign-in.css';
import type { ReactNode } from 'react';
import { Logo } from '../ui/logo.tsx';
import { useWords } from '../words/use-words.tsx';

/** A page beside the sign-in: one card with a title. */
export const Card = ({
  title,
  help,
  children,
}: {
  readonly title: string;
  readonly help: string;
  readonly children: ReactNode;
}) => {
  const words = useWords();
  return (
    <main className="sign-in-page">
      <title>{`${title} · ${words.product}`}</title>
      <div className="card sign-in-card">
        <Logo size={48} />
        <h1>{title}</h1>
        <p className="quiet">{help}</p>
        {children}
      </div>
    </main>
  );
};
