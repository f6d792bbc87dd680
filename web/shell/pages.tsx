import { createRootRoute, createRoute, createRouter, lazyRouteComponent, RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { GalleryPage } from '../gallery/gallery-page.tsx';
import { readGallerySearch } from '../gallery/gallery-search.ts';
import { LibraryProvider } from '../gallery/use-library.tsx';
import { Uploads } from '../upload/use-uploads.tsx';
import { LiveProvider } from './live.tsx';
import { reloadAfterRelease } from './new-release.ts';
import { NotFound } from './not-found.tsx';
import { Shell } from './shell.tsx';

reloadAfterRelease();

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const parent = () => root;
const gallery = createRoute({
  getParentRoute: parent,
  path: '/',
  validateSearch: readGallerySearch,
  component: GalleryPage,
});

/** Pages that are loaded when they are opened. */
const later = [
  createRoute({
    getParentRoute: parent,
    path: 'trash',
    component: lazyRouteComponent(() => import('../trash/trash-page.tsx'), 'TrashPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: 'tags',
    component: lazyRouteComponent(() => import('../tags/tags-page.tsx'), 'TagsPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: 'collections',
    component: lazyRouteComponent(() => import('../collections/collections-page.tsx'), 'CollectionsPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: 'links',
    component: lazyRouteComponent(() => import('../sharing/links-page.tsx'), 'LinksPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: 'activity',
    component: lazyRouteComponent(() => import('../activity/activity-page.tsx'), 'ActivityPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: 'usage',
    component: lazyRouteComponent(() => import('../usage/usage-page.tsx'), 'UsagePage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: 'team',
    component: lazyRouteComponent(() => import('../team/team-page.tsx'), 'TeamPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: 'keys',
    component: lazyRouteComponent(() => import('../keys/keys-page.tsx'), 'KeysPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: 'webhooks',
    component: lazyRouteComponent(() => import('../webhooks/webhooks-page.tsx'), 'WebhooksPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: 'account',
    component: lazyRouteComponent(() => import('../account/account-page.tsx'), 'AccountPage'),
  }),
] as const;

const openRouter = () =>
  createRouter({
    routeTree: root.addChildren([gallery, ...later]),
    basepath: '/app',
    // Plain parameters, which people read and write.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const given = Object.entries(search).flatMap(([name, value]) =>
        value === undefined || value === '' ? [] : [[name, String(value)]],
      );
      return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
    },
    defaultPreload: 'intent',
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof openRouter>;
  }
}

/** The pages of a signed-in person. */
export const Pages = () => {
  const [router] = useState(openRouter);
  return (
    <LiveProvider>
      <LibraryProvider>
        <Uploads>
          <RouterProvider router={router} />
        </Uploads>
      </LibraryProvider>
    </LiveProvider>
  );
};
