import type { ReactNode } from 'react';
import type { IconName } from '../icons/icon-names.ts';
import { managesTeam, useSession } from '../session/use-session.ts';
import { Empty } from '../ui/empty.tsx';
import { useWords } from '../words/use-words.tsx';
import { Page } from './page.tsx';

interface ManagersOnlyProps {
  readonly title: string;
  readonly icon: IconName;
  readonly children: ReactNode;
}

/** A section of those who manage the team: to others who come by its address it says so, and asks the server nothing. */
export const ManagersOnly = ({ title, icon, children }: ManagersOnlyProps) => {
  const { me } = useSession();
  const { common } = useWords();
  if (managesTeam(me)) return children;
  return (
    <Page title={title}>
      <Empty icon={icon} title={common.managersOnly} />
    </Page>
  );
};
