import './shared.css';
import { type FormEvent, useEffect, useState, useSyncExternalStore } from 'react';
import { Icon } from '../ui/icon.tsx';
import { Logo } from '../ui/logo.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';
import { SharedCell } from './shared-cell.tsx';
import { SharedViewer } from './shared-viewer.tsx';
import type { Refusal, Visit } from './visit.ts';

/** Asks for the password of a link. */
const Unlock = ({ visit, refusal }: { readonly visit: Visit; readonly refusal: Refusal }) => {
  const { shared, session } = useWords();
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (password !== '') void visit.open(password);
  };
  return (
    <form className="shared-note card" onSubmit={submit}>
      <Icon name="private" />
      <h1>{shared.locked}</h1>
      <label className="field">
        <span className="label">{session.password}</span>
        <input
          className="input"
          type="password"
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: the only field of the page
          autoFocus
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
      </label>
      <p className="form-error" role="alert">
        {refusal === 'wrong' && shared.wrong}
        {refusal === 'busy' && shared.busy}
      </p>
      <button type="submit" className="button primary wide">
        {shared.open}
      </button>
    </form>
  );
};

const Note = ({ visit, refusal }: { readonly visit: Visit; readonly refusal: Refusal }) => {
  const { shared, common, errors } = useWords();
  const isGone = refusal === 'gone';
  return (
    <div className="shared-note card" role="alert">
      <Icon name={isGone ? 'link' : 'offline'} />
      <h1>{isGone ? shared.gone : errors.title}</h1>
      <p className="quiet">{isGone ? shared.goneHelp : refusal === 'busy' ? shared.busy : errors.network}</p>
      {!isGone && (
        <button type="button" className="button" onClick={() => void visit.open()}>
          {common.retry}
        </button>
      )}
    </div>
  );
};

/** The files of a share link, for a visitor without an account. */
export const SharedPage = ({ visit }: { readonly visit: Visit }) => {
  const words = useWords();
  const format = useFormat();
  const { refusal, name, files, total, expiresAt, hasMore, isBusy } = useSyncExternalStore(
    visit.subscribe,
    visit.state,
  );
  const [shown, setShown] = useState<string>();
  const [hasPassword, setHasPassword] = useState(false);
  useEffect(() => void visit.open(), [visit]);
  useEffect(() => {
    if (refusal === 'locked') setHasPassword(true);
  }, [refusal]);
  const asksPassword = hasPassword && refusal !== 'gone' && refusal !== 'offline';
  const title = `${name === '' ? words.shared.title : name} · ${words.product}`;
  const index = files.findIndex(({ id }) => id === shown);
  const file = files[index];
  return (
    <>
      <title>{title}</title>
      <header className="shared-top">
        <Logo size={26} />
        <span>{words.product}</span>
      </header>
      <main className="shared-main">
        {refusal && (asksPassword ? <Unlock {...{ visit, refusal }} /> : <Note {...{ visit, refusal }} />)}
        {!refusal && name !== '' && (
          <>
            <h1 className="wrap-anywhere">
              <bdi>{name}</bdi>
            </h1>
            <p className="quiet">
              {words.shared.files(total)}
              {expiresAt && ` · ${words.shared.until(format.time(expiresAt))}`}
            </p>
            <ul className="shared-grid" aria-label={words.shared.title}>
              {files.map((each) => (
                <SharedCell key={each.id} file={each} visit={visit} onOpen={() => setShown(each.id)} />
              ))}
            </ul>
            {hasMore && (
              <button type="button" className="button" disabled={isBusy} onClick={() => void visit.more()}>
                {words.common.more}
              </button>
            )}
          </>
        )}
        {!refusal && name === '' && <p role="status">{words.common.loading}</p>}
      </main>
      {file && !refusal && (
        <SharedViewer
          file={file}
          visit={visit}
          onClose={() => setShown(undefined)}
          onPrevious={files[index - 1] && (() => setShown(files[index - 1]?.id))}
          onNext={files[index + 1] && (() => setShown(files[index + 1]?.id))}
        />
      )}
    </>
  );
};
