/** The pages, in the order of the rail. One place for their addresses and words. */
export interface PageLink {
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  /** What a session must be good for. */
  readonly scope: 'read' | 'manage' | 'admin';
  /** Shown to consumers in the portal. */
  readonly inPortal: boolean;
  /**
   * What a consumer who is limited to some endpoints sees there: what is theirs, one endpoint at a time, or nothing, so that
   * the page isn't shown.
   */
  readonly whenLimited: 'theirs' | 'one' | 'nothing';
}

export type IconName =
  | 'overview'
  | 'events'
  | 'deliveries'
  | 'endpoints'
  | 'subscriptions'
  | 'eventTypes'
  | 'deadLetters'
  | 'replays'
  | 'alerts'
  | 'settings'
  | 'administration';

export const PAGES: readonly PageLink[] = [
  { path: '/', label: 'Overview', icon: 'overview', scope: 'read', inPortal: true, whenLimited: 'one' },
  { path: '/events', label: 'Events', icon: 'events', scope: 'read', inPortal: true, whenLimited: 'nothing' },
  {
    path: '/deliveries',
    label: 'Deliveries',
    icon: 'deliveries',
    scope: 'read',
    inPortal: true,
    whenLimited: 'one',
  },
  {
    path: '/endpoints',
    label: 'Endpoints',
    icon: 'endpoints',
    scope: 'read',
    inPortal: true,
    whenLimited: 'theirs',
  },
  {
    path: '/subscriptions',
    label: 'Subscriptions',
    icon: 'subscriptions',
    scope: 'read',
    inPortal: true,
    whenLimited: 'theirs',
  },
  {
    path: '/event-types',
    label: 'Event types',
    icon: 'eventTypes',
    scope: 'read',
    inPortal: true,
    whenLimited: 'theirs',
  },
  {
    path: '/dead-letters',
    label: 'Dead letters',
    icon: 'deadLetters',
    scope: 'read',
    inPortal: true,
    whenLimited: 'one',
  },
  {
    path: '/replays',
    label: 'Replays',
    icon: 'replays',
    scope: 'read',
    inPortal: true,
    whenLimited: 'nothing',
  },
  {
    path: '/alerts',
    label: 'Alerts',
    icon: 'alerts',
    scope: 'read',
    inPortal: true,
    whenLimited: 'theirs',
  },
  {
    path: '/settings',
    label: 'Settings',
    icon: 'settings',
    scope: 'manage',
    inPortal: false,
    whenLimited: 'nothing',
  },
];

/** Below a line of the rail. */
export const ADMINISTRATION: PageLink = {
  path: '/admin',
  label: 'Administration',
  icon: 'administration',
  scope: 'admin',
  inPortal: false,
  whenLimited: 'nothing',
};

/** Addresses of what a list leads to. */
export const linkTo = {
  event: (id: string) => `/events/${encodeURIComponent(id)}`,
  delivery: (id: string) => `/deliveries/${encodeURIComponent(id)}`,
  endpoint: (id: string) => `/endpoints/${encodeURIComponent(id)}`,
  subscription: (id: string) => `/subscriptions/${encodeURIComponent(id)}`,
  filter: (id: string) => `/subscriptions/filters/${encodeURIComponent(id)}`,
  eventType: (name: string) => `/event-types/${encodeURIComponent(name)}`,
  replay: (id: string) => `/replays?open=${encodeURIComponent(id)}`,
  /** Alert rules about an endpoint. */
  alertsOf: (targetId: string) => `/alerts?${new URLSearchParams({ targetId })}`,
  alertRule: (id: string) => `/alerts?open=${encodeURIComponent(id)}`,
  /** Deliveries, filtered as the API's query says. */
  deliveries: (query: Record<string, string>) => `/deliveries?${new URLSearchParams(query)}`,
  /** Dead letters, in the same way. */
  deadLetters: (query: Record<string, string>) =>
    ['/dead-letters', new URLSearchParams(query)].filter(String).join('?'),
};
