import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { $api } from '../../api/client.ts';
import type { Row } from '../../api/types.ts';
import { useUrlState } from '../../app/url-state.ts';
import type { Column } from '../../list/columns.ts';
import { DataList } from '../../list/data-list.tsx';
import { useList } from '../../list/use-list.ts';
import { Empty } from '../../parts/empty.tsx';
import { Facts, Foreign, Section } from '../../parts/layout.tsx';
import { countOf, countText } from '../../parts/numbers.ts';
import { dollarText, months } from './dollars.ts';

type TenantCosts = Row<'/v1/environment/costs'>;

/** What each tenant costs this month, estimated from what was counted of it. */
export function CostsTab() {
  const [url, change] = useUrlState();
  const choices = months(Date.now());
  const month = url.get('month') ?? choices[0]!;
  const list = useList('/v1/environment/costs', { month });
  const summary = $api.useQuery('get', '/v1/environment/costs', { params: { query: { month, limit: 200 } } });
  const total = summary.data?.total;
  return (
    <>
      {total && summary.data && (
        <Section title={`${month}: ${dollarText(total.dollars)}${total.isComplete ? '' : ', in part'}`}>
          <Facts
            of={[
              [
                'Between',
                `${dollarText(total.atLeast)} if every batch was full, and ${dollarText(total.atMost)} if none was`,
              ],
              ['Of that, while idle', dollarText(total.idleDollars)],
              ['Tenants counted', countText(total.tenants)],
              [
                'Prices',
                `${summary.data.prices.region}, as of ${summary.data.prices.asOf}, without free tiers and discounts`,
              ],
            ]}
          />
        </Section>
      )}
      <DataList
        name="costs"
        label="Costs by tenant"
        list={list}
        columns={COLUMNS}
        idOf={idOf}
        toolbar={
          <TextField
            select
            label="Month"
            value={month}
            onChange={({ target }) => change({ month: target.value })}
          >
            {choices.map((each) => (
              <MenuItem key={each} value={each}>
                {each}
              </MenuItem>
            ))}
          </TextField>
        }
        empty={<Empty text="No tenant was counted in this month." />}
        panel={(id) => <Detail costs={list.rows.find((row) => idOf(row) === id)} />}
      />
    </>
  );
}

const idOf = ({ tenant }: TenantCosts): string => tenant.id;

const COLUMNS: readonly Column<TenantCosts>[] = [
  {
    id: 'tenant',
    header: 'Tenant',
    width: '2fr',
    onPhone: true,
    cell: ({ tenant }) => <Foreign text={tenant.name} />,
    sortBy: ({ tenant }) => tenant.name,
  },
  {
    id: 'deliveries',
    header: 'Deliveries',
    align: 'right',
    cell: ({ counted }) => countText(counted.deliveries),
    sortBy: ({ counted }) => counted.deliveries,
  },
  {
    id: 'attempts',
    header: 'Attempts',
    align: 'right',
    cell: ({ counted }) => countText(counted.attempts),
    sortBy: ({ counted }) => counted.attempts,
  },
  {
    id: 'dead',
    header: 'Dead',
    align: 'right',
    cell: ({ counted }) => countText(counted.dead),
    sortBy: ({ counted }) => counted.dead,
  },
  {
    id: 'dollars',
    header: 'Estimate',
    align: 'right',
    onPhone: true,
    cell: ({ dollars, isComplete }) => `${dollarText(dollars)}${isComplete ? '' : ' *'}`,
    sortBy: ({ dollars }) => dollars,
  },
];

const PARTS = {
  api: 'API Gateway',
  functions: 'Lambda',
  queues: 'SQS',
  tables: 'DynamoDB',
  logs: 'Logs',
  storage: 'Storage',
} as const;

function Detail({ costs }: { readonly costs: TenantCosts | undefined }) {
  if (!costs) return <>This tenant is not among those that are loaded.</>;
  const { tenant, dollars, atLeast, atMost, parts, counted, missingDays } = costs;
  return (
    <>
      <Typography variant="h1" sx={{ mb: 2, pr: 10 }}>
        <Foreign text={tenant.name} />: {dollarText(dollars)}
      </Typography>
      <Facts
        of={[
          ['Between', `${dollarText(atLeast)} and ${dollarText(atMost)}`],
          ...Object.entries(PARTS).map(
            ([name, label]) => [label, dollarText(parts[name as keyof typeof PARTS])] as const,
          ),
          ['Deliveries', countText(counted.deliveries)],
          [
            'Attempts',
            `${countText(counted.attempts)}, of which ${countOf(counted.retries, 'was a retry', 'were retries')}`,
          ],
          ['Parked', countText(counted.parked)],
          ['Dead', countText(counted.dead)],
          [
            'Missing',
            missingDays.length === 0
              ? undefined
              : `${missingDays.join(', ')}: nothing is counted of these days any more`,
          ],
        ]}
      />
    </>
  );
}
