import type { ReactNode } from 'react';
import { useWords } from '../words/use-words.tsx';

interface PageProps {
  readonly title: string;
  readonly help?: string | undefined;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page beside the gallery: title, what it is for, what can be done. */
export const Page = ({ title, help, actions, children }: PageProps) => {
  const { product } = useWords();
  return (
    <div className="page" tabIndex={0}>
      <title>{`${title} · ${product}`}</title>
      <div className="page-inner">
        <div className="page-head">
          <div>
            <h1>{title}</h1>
            {help && <p>{help}</p>}
          </div>
          {actions && <div className="actions">{actions}</div>}
        </div>
        {children}
      </div>
    </div>
  );
};
