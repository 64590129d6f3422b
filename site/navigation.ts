/** The places of pages: each page of docs/ has one, which a test holds. */

export interface Group {
  readonly title: string;
  /** Sources from the project's root, in their order; or groups of them. */
  readonly pages: readonly (string | Group)[];
}

export const NAVIGATION: readonly Group[] = [
  { title: 'Start', pages: ['docs/start.md', 'docs/concepts.md', 'docs/examples.md'] },
  {
    title: 'Guides',
    pages: [
      {
        title: 'Publish and subscribe',
        pages: [
          'docs/api.md',
          'docs/client.md',
          'docs/filters.md',
          'docs/transformations.md',
          'docs/sources.md',
          'docs/destinations.md',
        ],
      },
      {
        title: 'Receive',
        pages: [
          'docs/delivery.md',
          'docs/receivers.md',
          'docs/serverless-receiver.md',
          'docs/endpoint-checklist.md',
          'docs/cli-check-endpoint.md',
          'docs/cli-verify.md',
          'docs/cli-live.md',
        ],
      },
      {
        title: 'Your customers',
        pages: ['docs/portal.md', 'docs/console.md'],
      },
      {
        title: 'From the command line',
        pages: ['docs/cli.md', 'docs/cli-send.md', 'docs/cli-apply.md'],
      },
    ],
  },
  {
    title: 'Operate',
    pages: [
      'docs/deploy.md',
      'docs/library.md',
      'docs/settings.md',
      'docs/pipeline.md',
      'docs/terraform.md',
      'docs/runbook.md',
      'docs/day-two.md',
      'docs/costs.md',
      'docs/publish-docs.md',
    ],
  },
  {
    title: 'Move to Posthorn',
    pages: [
      'docs/coming-from.md',
      'docs/migrate.md',
      'docs/migrate-svix.md',
      'docs/migrate-outpost.md',
      'docs/migrate-eventbridge.md',
      'docs/migrate-own.md',
    ],
  },
  {
    title: 'Reference',
    pages: ['docs/reference.md', 'docs/events.md', 'docs/errors.md', 'docs/limits.md', 'docs/metrics.md'],
  },
  { title: 'Troubleshooting', pages: ['docs/troubleshooting.md'] },
  {
    title: 'Evidence',
    pages: [
      'docs/features.md',
      'docs/performance.md',
      'docs/performance-tables.md',
      'docs/performance-laptop.md',
      'docs/measured.md',
      'docs/simulation.md',
    ],
  },
  {
    title: 'The project',
    pages: [
      'docs/architecture.md',
      'docs/decisions/README.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'CHANGELOG.md',
    ],
  },
];

/** What the list of pages calls those whose own titles are long. */
export const SHORT_TITLES: Readonly<Record<string, string>> = {
  'docs/cli-apply.md': 'Configuration as a file',
  'docs/cli-live.md': 'Listen on your own machine',
  'docs/cli-send.md': 'Publish, and send again',
  'docs/cli-verify.md': 'Check a request or a filter',
  'docs/cli-check-endpoint.md': 'Check an endpoint',
  'docs/client.md': 'The client for TypeScript',
  'docs/delivery.md': 'What an endpoint gets',
  'docs/migrate.md': 'What all moves share',
};

/** Pages that the site shows by sections, each at an address of its own: nobody scrolls through thousands of lines. */
export const BY_SECTION: readonly string[] = ['docs/api.md'];

/** The sources of a group, and of the groups in it. */
export const sourcesOf = ({ pages }: Group): string[] =>
  pages.flatMap((page) => (typeof page === 'string' ? [page] : sourcesOf(page)));

/** Where the site shows a source, without the site's base: `/filters`, `/decisions/`, `/changelog`. */
export function routeOf(source: string): string {
  const path = source.replace(/^docs\//, '').replace(/\.md$/, '');
  const name = source.startsWith('docs/') ? path : path.toLowerCase();
  return `/${name.replace(/(^|\/)README$/, '$1')}${BY_SECTION.includes(source) ? '/' : ''}`;
}
