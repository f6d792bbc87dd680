import type { ReactNode } from 'react';
import type { IconName } from '../icons/icon-names.ts';
import { Icon } from './icon.tsx';

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly help?: string;
  readonly children?: ReactNode;
}

/** A place with nothing in it: says why, and what can be done. */
export const Empty = ({ icon, title, help, children }: EmptyProps) => (
  <div className="empty">
    <Icon name={icon} />
    <h2>{title}</h2>
    {help && <p>{help}</p>}
    {children && <div className="actions">{children}</div>}
  </div>
);
