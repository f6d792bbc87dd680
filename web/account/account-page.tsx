import '../ui/rows.css';
import { useState } from 'react';
import { Button, Form } from 'react-aria-components';
import { useSession } from '../session/use-session.ts';
import { Page } from '../shell/page.tsx';
import { Check } from '../ui/check.tsx';
import { Choice } from '../ui/choice.tsx';
import { Field } from '../ui/field.tsx';
import { notify } from '../ui/notices.tsx';
import { chooseLanguage, LANGUAGES, type Language, preferredLanguage } from '../words/language.ts';
import { useWords } from '../words/use-words.tsx';
import { changePassword } from './change-password.ts';
import { chooseTheme, chosenTheme, THEMES } from './theme.ts';

const Password = () => {
  const words = useWords();
  const { me } = useSession();
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const [endEverything, setEndEverything] = useState(false);
  const [problem, setProblem] = useState('');
  const [isPending, setPending] = useState(false);
  const submit = async (): Promise<void> => {
    setPending(true);
    setProblem('');
    const outcome = await changePassword({ currentPassword: current, newPassword: fresh, endEverything }, words);
    setPending(false);
    if (outcome !== undefined) {
      setProblem(outcome);
      return;
    }
    setCurrent('');
    setFresh('');
    notify(words.account.changed);
  };
  return (
    <section className="section">
      <h2>{words.account.password}</h2>
      <Form
        className="card form-card"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <input
          type="text"
          hidden
          readOnly
          autoComplete="username"
          value={me.user.email ?? ''}
          aria-label={words.session.email}
        />
        <Field
          label={words.account.current}
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
          isRequired
        />
        <Field
          label={words.account.fresh}
          help={words.account.rule}
          type="password"
          autoComplete="new-password"
          value={fresh}
          onChange={setFresh}
          isRequired
        />
        <Check isSelected={endEverything} onChange={setEndEverything}>
          {words.account.endEverything}
        </Check>
        <p className="form-error" role="alert">
          {problem}
        </p>
        <Button type="submit" className="button primary" isPending={isPending}>
          {words.account.password}
        </Button>
      </Form>
    </section>
  );
};

/** How the page looks and speaks, and the person's password. */
export const AccountPage = () => {
  const words = useWords();
  const { me, signOut } = useSession();
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <Page
      title={words.nav.account}
      help={`${words.session.signedInAs} ${me.user.email ?? ''}`}
      actions={
        <Button className="button" onPress={() => void signOut()}>
          {words.session.signOut}
        </Button>
      }
    >
      <section className="section">
        <h2>{words.account.appearance}</h2>
        <div className="form-row">
          <Choice
            label={words.account.theme}
            value={theme}
            options={THEMES.map((each) => [each, words.account.themes[each]] as const)}
            onChange={(value) => {
              chooseTheme(value);
              setTheme(value);
            }}
          />
          <Choice
            label={words.account.language}
            value={preferredLanguage()}
            options={Object.entries(LANGUAGES) as [Language, string][]}
            onChange={(language) => {
              chooseLanguage(language);
              location.reload();
            }}
          />
        </div>
      </section>
      <Password />
    </Page>
  );
};
