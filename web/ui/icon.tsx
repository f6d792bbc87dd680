import sprite from 'virtual:icons';
import type { IconName } from '../icons/icon-names.ts';

const DIRECTIONAL: readonly IconName[] = ['back', 'next', 'previous', 'signOut', 'restore', 'list'];

/** An icon beside a text, or in a button with a name: it says nothing by itself. */
export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg className={DIRECTIONAL.includes(name) ? 'icon directional' : 'icon'} aria-hidden="true">
    <use href={`${sprite}#${name}`} />
  </svg>
);
