import { state } from '../output/value.ts';
import type { Row } from '../routes/row.ts';

const COLUMNS = [
  { title: 'id', value: 'id' },
  { title: 'name', value: 'name' },
  { title: 'url', value: 'url' },
  state('state', 'health.state'),
];

export const targetRows: readonly Row[] = [
  {
    words: 'targets list',
    operation: 'listTargets',
    examples: ['posthorn targets list', ['posthorn targets list --state failing', 'those that fail']],
    columns: COLUMNS,
    empty: 'There is no target yet. `posthorn targets create --url …` makes one.',
  },
];
