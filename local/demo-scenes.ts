/** The endpoints of the demonstration, and how deliveries to each end. */
export interface Scene {
  readonly title: string;
  readonly path: string;
  readonly events: string[];
  readonly signature: 'standard' | 'sha256';
  readonly retry: { schedule: number[] };
  /** The status to answer with. @param attempt 1 for the first */
  readonly answer: (attempt: number) => number;
  readonly ends: 'delivered' | 'dead';
  readonly attempts: number;
}

export const scenes: Scene[] = [
  {
    title: 'everything, Standard Webhooks signature',
    path: '/all',
    events: ['github.**'],
    signature: 'standard',
    retry: { schedule: [1] },
    answer: () => 200,
    ends: 'delivered',
    attempts: 1,
  },
  {
    title: 'pull requests, GitHub signature',
    path: '/pulls',
    events: ['github.pull_request.*'],
    signature: 'sha256',
    retry: { schedule: [1] },
    answer: () => 200,
    ends: 'delivered',
    attempts: 1,
  },
  {
    title: 'fails twice, then recovers',
    path: '/flaky',
    events: ['github.member.*'],
    signature: 'standard',
    retry: { schedule: [1, 1, 1] },
    answer: (attempt) => (attempt <= 2 ? 503 : 200),
    ends: 'delivered',
    attempts: 3,
  },
  {
    title: 'is broken for good',
    path: '/broken',
    events: ['github.issues.opened'],
    signature: 'standard',
    retry: { schedule: [1] },
    answer: () => 500,
    ends: 'dead',
    attempts: 2,
  },
  {
    title: 'does not want it (404)',
    path: '/unwanted',
    events: ['github.ping'],
    signature: 'standard',
    retry: { schedule: [1, 1, 1] },
    answer: () => 404,
    ends: 'dead',
    attempts: 1,
  },
];
