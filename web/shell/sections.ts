import type { IconName } from '../icons/icon-names.ts';
import { type Me, managesTeam } from '../session/use-session.ts';

interface Section {
  readonly to:
    | '/'
    | '/trash'
    | '/tags'
    | '/collections'
    | '/links'
    | '/activity'
    | '/usage'
    | '/team'
    | '/keys'
    | '/webhooks'
    | '/account';
  readonly icon: IconName;
  readonly name:
    | 'library'
    | 'trash'
    | 'tags'
    | 'collections'
    | 'links'
    | 'activity'
    | 'usage'
    | 'team'
    | 'keys'
    | 'webhooks'
    | 'account';
}

const libraryFor = (me: Me): readonly Section[] => [
  { to: '/', icon: 'library', name: 'library' },
  { to: '/tags', icon: 'tag', name: 'tags' },
  { to: '/collections', icon: 'folder', name: 'collections' },
  { to: '/trash', icon: 'trash', name: 'trash' },
  ...(me.scopes.includes('media:update') ? ([{ to: '/links', icon: 'link', name: 'links' }] as const) : []),
  { to: '/activity', icon: 'activity', name: 'activity' },
  { to: '/usage', icon: 'usage', name: 'usage' },
];

/** The sections that a person's role opens. */
export const sectionsFor = (
  me: Me,
): { readonly library: readonly Section[]; readonly settings: readonly Section[] } => ({
  library: libraryFor(me),
  settings: [
    { to: '/team', icon: 'team', name: 'team' },
    ...(managesTeam(me)
      ? ([
          { to: '/keys', icon: 'key', name: 'keys' },
          { to: '/webhooks', icon: 'webhook', name: 'webhooks' },
        ] as const)
      : []),
    { to: '/account', icon: 'account', name: 'account' },
  ],
});
