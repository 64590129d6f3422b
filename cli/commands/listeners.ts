import type { Result } from '../../client/index.ts';
import type { Row } from '../routes/row.ts';

const COLUMNS = [
  { title: 'id', value: 'id' },
  { title: 'name', value: 'name' },
  { title: 'events', value: 'events' },
  { title: 'connected', value: 'connected' },
  { title: 'until', value: 'expiresAt' },
];

export const listenerRows: readonly Row[] = [
  {
    words: 'listeners list',
    operation: 'listListeners',
    description:
      'Machines that `posthorn listen` runs on. One that was killed ends by itself within minutes.',
    examples: ['posthorn listeners list'],
    show: ({ out }, { items }: Result<'listListeners'>) =>
      out.rows(COLUMNS, items, 'Nobody listens. `posthorn listen` does.'),
  },
  {
    words: 'listeners get',
    operation: 'getListener',
    examples: ['posthorn listeners get lsn_01KAK2V5E4EPHEMERA6WV7Z1QX'],
    columns: COLUMNS,
  },
  {
    words: 'listeners delete',
    operation: 'deleteListener',
    examples: ['posthorn listeners delete lsn_01KAK2V5E4EPHEMERA6WV7Z1QX'],
    done: ({ id }) => `The listener ${id} is gone, with its subscription and target.`,
  },
];
