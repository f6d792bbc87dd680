import '../ui/rows.css';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Form, Switch } from 'react-aria-components';
import { useShelf } from '../session/use-session.ts';
import { ManagersOnly } from '../shell/managers-only.tsx';
import { Page } from '../shell/page.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Loading } from '../ui/loading.tsx';
import { notify } from '../ui/notices.tsx';
import { Secret } from '../ui/secret.tsx';
import { useAction } from '../ui/use-action.ts';
import { useWords } from '../words/use-words.tsx';
import { Deliveries } from './deliveries.tsx';

const CHANGES = [['webhooks']];

const NewWebhook = () => {
  const words = useWords();
  const shelf = useShelf();
  const [url, setUrl] = useState('');
  const [secret, setSecret] = useState<string>();
  const create = useAction({
    run: () => shelf.call('POST /api/v1/webhooks', { body: { url: url.trim() } }),
    changes: CHANGES,
    onDone: (made) => {
      setSecret(made.secret);
      setUrl('');
    },
  });
  if (secret !== undefined)
    return <Secret help={words.webhooks.secret} value={secret} onClose={() => setSecret(undefined)} />;
  return (
    <Form
      className="form-row"
      onSubmit={(event) => {
        event.preventDefault();
        if (url.trim() !== '') create.mutate(undefined);
      }}
    >
      <Field label={words.webhooks.url} type="url" value={url} onChange={setUrl} placeholder="https://" />
      <Button type="submit" className="button primary" isPending={create.isPending}>
        <Icon name="add" />
        {words.webhooks.create}
      </Button>
    </Form>
  );
};

const Webhooks = () => {
  const words = useWords();
  const shelf = useShelf();
  const [shown, setShown] = useState<string>();
  const [removing, setRemoving] = useState<string>();
  const webhooks = useQuery({
    queryKey: ['webhooks'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/webhooks', { signal }),
  });
  const change = useAction({
    run: ({ id, enabled }: { readonly id: string; readonly enabled: boolean }) =>
      shelf.call('PATCH /api/v1/webhooks/{id}', { path: { id }, body: { enabled } }),
    changes: CHANGES,
  });
  const remove = useAction({
    run: (id: string) => shelf.call('DELETE /api/v1/webhooks/{id}', { path: { id } }),
    changes: CHANGES,
    onDone: () => notify(words.webhooks.removed),
  });
  const test = useAction({
    run: (id: string) => shelf.call('POST /api/v1/webhooks/{id}/test', { path: { id } }),
    changes: CHANGES,
    onDone: (_, id) => {
      setShown(id);
      notify(words.webhooks.tested);
    },
  });
  return (
    <Page title={words.nav.webhooks} help={words.webhooks.help}>
      <NewWebhook />
      {webhooks.error && <Failure error={webhooks.error} onRetry={() => void webhooks.refetch()} />}
      {!webhooks.data && !webhooks.error && <Loading />}
      {webhooks.data?.length === 0 && <Empty icon="webhook" title={words.webhooks.empty} />}
      {webhooks.data && webhooks.data.length > 0 && (
        <ul className="rows" aria-label={words.webhooks.list}>
          {webhooks.data.map((webhook) => (
            <li key={webhook.id}>
              <span className="row-main">
                <bdi className="name">{webhook.url}</bdi>
                <span className="quiet">
                  {webhook.events.length === 0 ? words.webhooks.allEvents : webhook.events.join(', ')}
                </span>
                {webhook.disabledBecause && (
                  <span className="form-error">{words.webhooks.disabledBecause(webhook.disabledBecause)}</span>
                )}
              </span>
              <Switch
                className="switch"
                isSelected={webhook.enabled}
                onChange={(enabled) => change.mutate({ id: webhook.id, enabled })}
                aria-label={`${webhook.url}: ${webhook.enabled ? words.webhooks.enabled : words.webhooks.disabled}`}
              >
                <span className="switch-track" />
                {webhook.enabled ? words.webhooks.enabled : words.webhooks.disabled}
              </Switch>
              <Button
                className="button small"
                aria-expanded={shown === webhook.id}
                aria-label={words.webhooks.show(webhook.url)}
                onPress={() => setShown(shown === webhook.id ? undefined : webhook.id)}
              >
                {words.webhooks.deliveries}
              </Button>
              <Button
                className="button small"
                aria-label={words.webhooks.testTo(webhook.url)}
                isDisabled={!webhook.enabled}
                isPending={test.isPending}
                onPress={() => test.mutate(webhook.id)}
              >
                {words.webhooks.test}
              </Button>
              <IconButton
                icon="trash"
                look="plain small"
                label={words.webhooks.remove(webhook.url)}
                onPress={() => setRemoving(webhook.id)}
              />
              {shown === webhook.id && <Deliveries id={webhook.id} isEnabled={webhook.enabled} />}
            </li>
          ))}
        </ul>
      )}
      {removing && (
        <Confirm
          title={words.webhooks.removeTitle}
          help={words.webhooks.removeHelp}
          action={words.common.remove}
          onConfirm={() => {
            setShown(undefined);
            remove.mutate(removing);
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </Page>
  );
};

/** Addresses to which events of the team are sent. */
export const WebhooksPage = () => {
  const { nav } = useWords();
  return (
    <ManagersOnly title={nav.webhooks} icon="webhook">
      <Webhooks />
    </ManagersOnly>
  );
};
