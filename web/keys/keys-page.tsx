import '../ui/rows.css';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, CheckboxGroup, Form, Label } from 'react-aria-components';
import { useSession } from '../session/use-session.ts';
import { ManagersOnly } from '../shell/managers-only.tsx';
import { Page } from '../shell/page.tsx';
import { Check } from '../ui/check.tsx';
import { Choice } from '../ui/choice.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Field } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Loading } from '../ui/loading.tsx';
import { notify } from '../ui/notices.tsx';
import { Secret } from '../ui/secret.tsx';
import { useAction } from '../ui/use-action.ts';
import { useFormat, useWords } from '../words/use-words.tsx';

const DAY_MS = 86_400_000;
const LIVES = ['0', '30', '90', '365'] as const;

interface Named {
  readonly id: string;
  readonly name: string;
}

const NewKey = () => {
  const words = useWords();
  const { me, shelf } = useSession();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly (typeof me.scopes)[number][]>(['media:read']);
  const [days, setDays] = useState<(typeof LIVES)[number]>('90');
  const [secret, setSecret] = useState<string>();
  const create = useAction({
    run: () =>
      shelf.call('POST /api/v1/api-keys', {
        body: {
          name: name.trim(),
          scopes: [...scopes],
          expiresAt: days === '0' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
        },
      }),
    changes: [['keys']],
    onDone: ({ key }) => {
      setSecret(key);
      setName('');
    },
  });
  if (secret !== undefined)
    return <Secret help={words.keys.shownOnce} value={secret} onClose={() => setSecret(undefined)} />;
  return (
    <Form
      className="card form-card"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '' && scopes.length > 0) create.mutate(undefined);
      }}
    >
      <div className="form-row">
        <Field label={words.keys.name} value={name} onChange={setName} isRequired maxLength={100} />
        <Choice
          label={words.keys.expires}
          value={days}
          options={LIVES.map(
            (each) => [each, each === '0' ? words.keys.never : words.keys.days(Number(each))] as const,
          )}
          onChange={setDays}
        />
      </div>
      <CheckboxGroup className="field" value={[...scopes]} onChange={(value) => setScopes(value as typeof scopes)}>
        <Label className="label">{words.keys.scopes}</Label>
        {me.scopes.map((scope) => (
          <Check key={scope} value={scope}>
            {words.keys.scope[scope]}
          </Check>
        ))}
      </CheckboxGroup>
      <Button type="submit" className="button primary" isPending={create.isPending} isDisabled={scopes.length === 0}>
        {words.keys.create}
      </Button>
    </Form>
  );
};

const Keys = () => {
  const words = useWords();
  const format = useFormat();
  const { shelf } = useSession();
  const [revoking, setRevoking] = useState<Named>();
  const keys = useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/api-keys', { signal }),
  });
  const revoke = useAction({
    run: ({ id }: Named) => shelf.call('DELETE /api/v1/api-keys/{id}', { path: { id } }),
    changes: [['keys']],
    onDone: (_, { name }) => notify(words.keys.revoked(name)),
  });
  return (
    <Page title={words.nav.keys} help={words.keys.help}>
      <NewKey />
      {keys.error && <Failure error={keys.error} onRetry={() => void keys.refetch()} />}
      {!keys.data && !keys.error && <Loading />}
      {keys.data?.length === 0 && <Empty icon="key" title={words.keys.empty} />}
      {keys.data && keys.data.length > 0 && (
        <ul className="rows" aria-label={words.keys.list}>
          {keys.data.map((key) => (
            <li key={key.id}>
              <span className="row-main">
                <bdi className="name">{key.name}</bdi>
                <span className="quiet">{key.scopes.map((scope) => words.keys.scope[scope]).join(', ')}</span>
                <span className="quiet">
                  {`${words.keys.created}: ${format.date(key.createdAt)} · ${words.keys.lastUsed}: ${key.lastUsedAt ? format.time(key.lastUsedAt) : words.keys.unused} · ${words.keys.expires}: ${key.expiresAt ? format.date(key.expiresAt) : words.keys.never}`}
                </span>
              </span>
              <IconButton
                icon="trash"
                look="plain small"
                label={words.keys.revoke(key.name)}
                onPress={() => setRevoking(key)}
              />
            </li>
          ))}
        </ul>
      )}
      {revoking && (
        <Confirm
          title={words.keys.revokeTitle}
          help={words.keys.revokeHelp(revoking.name)}
          action={words.common.remove}
          onConfirm={() => revoke.mutate(revoking)}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </Page>
  );
};

/** Keys by which programs call the API. */
export const KeysPage = () => {
  const { nav } = useWords();
  return (
    <ManagersOnly title={nav.keys} icon="key">
      <Keys />
    </ManagersOnly>
  );
};
