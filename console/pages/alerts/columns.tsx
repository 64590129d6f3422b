import type { Column } from '../../list/columns.ts';
import { ShortId } from '../../parts/copy.tsx';
import { Time } from '../../parts/time.tsx';
import type { Rule } from './kinds.ts';
import { About, Notified } from './notified.tsx';
import { RuleState } from './rule-state.tsx';
import { conditionText, STATE_LABELS, stateOf, valueText } from './words.ts';

const URGENCY = Object.keys(STATE_LABELS);

export const COLUMNS: readonly Column<Rule>[] = [
  {
    id: 'name',
    header: 'Name',
    width: '1fr',
    onPhone: true,
    cell: ({ name }) => <bdi>{name}</bdi>,
    sortBy: ({ name }) => name.toLowerCase(),
  },
  {
    id: 'when',
    header: 'Rings when',
    width: '2.8fr',
    cell: (rule) => {
      const text = conditionText(rule);
      return <bdi title={text}>{text}</bdi>;
    },
    sortBy: ({ when }) => when.metric,
  },
  { id: 'about', header: 'About', width: '0.8fr', cell: (rule) => <About of={rule} /> },
  {
    id: 'state',
    header: 'State',
    width: '175px',
    onPhone: true,
    cell: (rule) => <RuleState of={rule} />,
    sortBy: (rule) => URGENCY.indexOf(stateOf(rule)),
  },
  { id: 'value', header: 'Last value', width: '135px', cell: (rule) => valueText(rule) ?? '–' },
  { id: 'notified', header: 'Notifies', width: '0.8fr', cell: (rule) => <Notified of={rule} /> },
  {
    id: 'checked',
    header: 'Judged',
    width: '100px',
    isHidden: true,
    cell: ({ checkedAt }) => (checkedAt === undefined ? '–' : <Time at={checkedAt} />),
    sortBy: ({ checkedAt }) => checkedAt ?? '',
  },
  { id: 'id', header: 'Id', width: '180px', isHidden: true, cell: ({ id }) => <ShortId id={id} /> },
];
