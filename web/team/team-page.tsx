import '../ui/rows.css';
import { useState } from 'react';
import { Button, Form } from 'react-aria-components';
import { managesTeam, useSession } from '../session/use-session.ts';
import { Page } from '../shell/page.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Field } from '../ui/field.tsx';
import { notify } from '../ui/notices.tsx';
import { useAction } from '../ui/use-action.ts';
import { useWords } from '../words/use-words.tsx';
import { Invitations } from './invitations.tsx';
import { Members } from './members.tsx';

const NameForm = () => {
  const words = useWords();
  const { me, shelf } = useSession();
  const { id, name: stored } = me.team;
  const [name, setName] = useState(stored);
  const rename = useAction({
    run: () => shelf.call('PATCH /api/v1/teams/{id}', { path: { id }, body: { name: name.trim() } }),
    changes: [['me']],
    onDone: () => notify(words.common.saved),
  });
  return (
    <Form
      className="form-row"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '' && name !== stored) rename.mutate(undefined);
      }}
    >
      <Field label={words.team.name} value={name} onChange={setName} maxLength={100} isReadOnly={!managesTeam(me)} />
      {managesTeam(me) && (
        <Button
          type="submit"
          className="button"
          isDisabled={name.trim() === '' || name === stored}
          isPending={rename.isPending}
        >
          {words.team.rename}
        </Button>
      )}
    </Form>
  );
};

const NewTeam = () => {
  const words = useWords();
  const { shelf, switchTeam } = useSession();
  const [name, setName] = useState('');
  const create = useAction({
    run: () => shelf.call('POST /api/v1/teams', { body: { name: name.trim() } }),
    changes: [['me']],
    onDone: ({ id }) => switchTeam(id),
  });
  return (
    <section className="section">
      <h2>{words.session.newTeam}</h2>
      <Form
        className="form-row"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') create.mutate(undefined);
        }}
      >
        <Field label={words.team.name} value={name} onChange={setName} maxLength={100} />
        <Button type="submit" className="button" isPending={create.isPending}>
          {words.team.create}
        </Button>
      </Form>
    </section>
  );
};

/** The team: its name, its people, and the way out. */
export const TeamPage = () => {
  const words = useWords();
  const { me, shelf, switchTeam } = useSession();
  const [isLeaving, setLeaving] = useState(false);
  const other = me.teams.find(({ id }) => id !== me.team.id);
  const leave = useAction({
    run: () => shelf.call('POST /api/v1/teams/{id}/leave', { path: { id: me.team.id } }),
    changes: [],
    onDone: () => other && switchTeam(other.id),
  });
  return (
    <Page title={words.nav.team}>
      <NameForm />
      <Members />
      {managesTeam(me) && <Invitations />}
      <NewTeam />
      {other && (
        <div>
          <Button className="button danger" onPress={() => setLeaving(true)}>
            {words.team.leave}
          </Button>
        </div>
      )}
      {isLeaving && (
        <Confirm
          title={words.team.leaveTitle}
          help={words.team.leaveHelp}
          action={words.team.leave}
          onConfirm={() => leave.mutate(undefined)}
          onClose={() => setLeaving(false)}
        />
      )}
    </Page>
  );
};
