import '../ui/rows.css';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Answer } from '../../client/index.ts';
import { useMay, useSession } from '../session/use-session.ts';
import { Page } from '../shell/page.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Loading } from '../ui/loading.tsx';
import { notify } from '../ui/notices.tsx';
import { useAction } from '../ui/use-action.ts';
import { useFormat, useWords } from '../words/use-words.tsx';

type Link = Answer<'GET /api/v1/share-links'>[number];

const useFacts = () => {
  const { share, keys } = useWords();
  const format = useFormat();
  return ({ records, views, hasPassword, isOpen, expiresAt, createdAt }: Link): string =>
    [
      share.files(records),
      share.views(views),
      ...(hasPassword ? [share.withPassword] : []),
      ...(isOpen ? [] : [share.closed]),
      `${keys.created}: ${format.date(createdAt)}`,
      `${keys.expires}: ${expiresAt ? format.time(expiresAt) : keys.never}`,
    ].join(' · ');
};

/** The links by which people without an account see files of the team. To others who come by its address the section says whom it is for. */
export const LinksPage = () => {
  const { nav, share } = useWords();
  const may = useMay();
  if (may('media:update')) return <Links />;
  return (
    <Page title={nav.links}>
      <Empty icon="link" title={share.editorsOnly} />
    </Page>
  );
};

const Links = () => {
  const words = useWords();
  const factsOf = useFacts();
  const { shelf } = useSession();
  const [revoking, setRevoking] = useState<Link>();
  const links = useQuery({
    queryKey: ['links'],
    queryFn: ({ signal }) => shelf.call('GET /api/v1/share-links', { signal }),
  });
  const revoke = useAction({
    run: ({ id }: Link) => shelf.call('DELETE /api/v1/share-links/{id}', { path: { id } }),
    changes: [['links']],
    onDone: (_, { name }) => notify(words.share.revoked(name)),
  });
  return (
    <Page title={words.nav.links} help={words.share.help}>
      {links.error && <Failure error={links.error} onRetry={() => void links.refetch()} />}
      {!links.data && !links.error && <Loading />}
      {links.data?.length === 0 && <Empty icon="link" title={words.share.empty} help={words.share.emptyHelp} />}
      {links.data && links.data.length > 0 && (
        <ul className="rows" aria-label={words.share.list}>
          {links.data.map((link) => (
            <li key={link.id}>
              <span className="row-main">
                <bdi className="name">{link.name}</bdi>
                <span className="quiet">{factsOf(link)}</span>
              </span>
              <IconButton
                icon="trash"
                look="plain small"
                label={words.share.revoke(link.name)}
                onPress={() => setRevoking(link)}
              />
            </li>
          ))}
        </ul>
      )}
      {revoking && (
        <Confirm
          title={words.share.revokeTitle}
          help={words.share.revokeHelp(revoking.name)}
          action={words.common.remove}
          onConfirm={() => revoke.mutate(revoking)}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </Page>
  );
};
