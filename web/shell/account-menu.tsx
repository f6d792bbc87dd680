import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { useSession } from '../session/use-session.ts';
import { Icon } from '../ui/icon.tsx';
import { useWords } from '../words/use-words.tsx';

/** Who is signed in, the team that they work in, and the way out. */
export const AccountMenu = () => {
  const { me, signOut, switchTeam } = useSession();
  const { session, team: teamWords } = useWords();
  const { team, teams, user } = me;
  return (
    <MenuTrigger>
      <Button className="account-button">
        <Icon name="account" />
        <span className="account-names">
          <bdi className="name">{team.name}</bdi>
          <bdi className="name quiet">{user.email}</bdi>
        </span>
        <Icon name="chevron" />
      </Button>
      <Popover className="popover" placement="top start">
        <Menu
          className="options"
          onAction={(key) => {
            if (key === 'sign-out') void signOut();
            else switchTeam(String(key));
          }}
        >
          {teams.length > 1 && (
            <MenuSection selectionMode="single" disallowEmptySelection selectedKeys={[team.id]}>
              <Header className="option-note">{session.switchTeam}</Header>
              {teams.map(({ id, name, role }) => (
                <MenuItem key={id} id={id} className="option" textValue={name}>
                  <bdi className="name">{name}</bdi>
                  <span className="quiet">{teamWords.roles[role]}</span>
                </MenuItem>
              ))}
            </MenuSection>
          )}
          {teams.length > 1 && <Separator className="separator" />}
          <MenuItem id="sign-out" className="option">
            <Icon name="signOut" />
            {session.signOut}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
};
