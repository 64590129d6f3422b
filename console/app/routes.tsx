import type { ComponentType } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { BASE, IS_PORTAL } from './mode.ts';
import { NotFound } from './not-found.tsx';
import { PageFailed } from './page-failed.tsx';
import { Shell } from './shell/shell.tsx';

/** Loads a page's code when it is first opened. Its module exports the page as `Page`. */
const page = (path: string, load: () => Promise<{ Page: ComponentType }>): RouteObject => ({
  path,
  lazy: async () => ({ Component: (await load()).Page }),
});

const operatorPages: RouteObject[] = [
  page('settings', () => import('../pages/settings/settings-page.tsx')),
  page('admin', () => import('../pages/administration/administration-page.tsx')),
];

export const router = createBrowserRouter(
  [
    {
      Component: Shell,
      HydrateFallback: () => null,
      children: [
        {
          ErrorBoundary: PageFailed,
          children: [
            page('/', () => import('../pages/overview/overview-page.tsx')),
            page('events', () => import('../pages/events/events-page.tsx')),
            page('events/:id', () => import('../pages/events/event-page.tsx')),
            page('deliveries', () => import('../pages/deliveries/deliveries-page.tsx')),
            page('deliveries/:id', () => import('../pages/deliveries/delivery-page.tsx')),
            page('endpoints', () => import('../pages/endpoints/endpoints-page.tsx')),
            page('endpoints/:id', () => import('../pages/endpoints/endpoint-page.tsx')),
            page('subscriptions', () => import('../pages/subscriptions/subscriptions-page.tsx')),
            page('subscriptions/new', () => import('../pages/subscriptions/create-page.tsx')),
            page('subscriptions/filters/:id', () => import('../pages/subscriptions/filter-page.tsx')),
            page('subscriptions/:id', () => import('../pages/subscriptions/subscription-page.tsx')),
            page('event-types', () => import('../pages/event-types/event-types-page.tsx')),
            page('event-types/:name', () => import('../pages/event-types/event-type-page.tsx')),
            page('dead-letters', () => import('../pages/dead-letters/dead-letters-page.tsx')),
            page('replays', () => import('../pages/replays/replays-page.tsx')),
            page('alerts', () => import('../pages/alerts/alerts-page.tsx')),
            ...(IS_PORTAL ? [] : operatorPages),
            { path: '*', Component: NotFound },
          ],
        },
      ],
    },
  ],
  { basename: BASE },
);
