import { Link } from '@tanstack/react-router';
import { Button } from 'react-aria-components';
import { useSession } from '../session/use-session.ts';
import { Icon } from '../ui/icon.tsx';
import { useWords } from '../words/use-words.tsx';
import { AccountMenu } from './account-menu.tsx';
import { sectionsFor } from './sections.ts';

interface NavigationProps {
  readonly onHelp: () => void;
  readonly onFollow?: (() => void) | undefined;
}

/** The sections of the dashboard, and the person's own menu. */
export const Navigation = ({ onHelp, onFollow }: NavigationProps) => {
  const { me } = useSession();
  const { nav, keysHelp } = useWords();
  const { library, settings } = sectionsFor(me);
  const links = (sections: typeof library) => (
    <ul>
      {sections.map(({ to, icon, name }) => (
        <li key={to}>
          <Link
            to={to}
            className="nav-link"
            activeOptions={{ exact: true, includeSearch: false }}
            activeProps={{ 'aria-current': 'page' }}
            onClick={onFollow}
          >
            <Icon name={icon} />
            {nav[name]}
          </Link>
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <nav className="nav" aria-label={nav.label}>
        {links(library)}
        <h2 className="nav-title">{nav.settings}</h2>
        {links(settings)}
      </nav>
      <div className="nav-end">
        <Button className="nav-link" onPress={onHelp}>
          <Icon name="help" />
          {keysHelp.title}
        </Button>
        <AccountMenu />
      </div>
    </>
  );
};
