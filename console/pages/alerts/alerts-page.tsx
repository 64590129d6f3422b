import Add from '@mui/icons-material/Add';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { lazy, Suspense, useMemo } from 'react';
import { Link as RouterLink } from 'react-router';
import { useUrlState } from '../../app/url-state.ts';
import { DataList } from '../../list/data-list.tsx';
import { FilterBar, type FilterDef, useFilters } from '../../list/filters.tsx';
import { useWholeList } from '../../list/use-whole-list.ts';
import { useEachMinute } from '../../live/use-each-minute.ts';
import { useRefresh } from '../../live/use-refresh.ts';
import { Empty } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/layout.tsx';
import { useMayEdit } from './abilities.ts';
import { COLUMNS } from './columns.tsx';
import { KindChoice } from './kind-choice.tsx';
import { type Kind, kindOf, type Rule } from './kinds.ts';
import { RingingCount } from './rule-state.tsx';
import { found, STATE_LABELS, stateOf } from './words.ts';

const RuleDetail = lazy(() => import('./rule-detail.tsx'));
const RuleForm = lazy(() => import('./rule-form.tsx'));

const DEFS = [
  {
    name: 'state',
    label: 'State',
    isMany: true,
    options: Object.entries(STATE_LABELS).map(([value, label]) => ({ value, label })),
  },
  { name: 'targetId', label: 'About endpoint', hint: 'An id, tgt_…' },
] as const satisfies readonly FilterDef[];

const RULES = '/v1/alert-rules';
const idOf = ({ id }: Rule): string => id;

/** When the tenant wants to be notified, and what is so now. `?do=create` opens the form, for what the address names. */
export function Page() {
  const all = useWholeList(RULES);
  const [url, change] = useUrlState();
  const filters = useFilters(DEFS);
  const mayEdit = useMayEdit();
  const { state, targetId } = filters;
  const rows = useMemo(() => found(all.rows, { state, targetId }), [all.rows, state, targetId]);
  // An owner hears of a rule by an event, so its delivery tells of it as well. Otherwise no frame does.
  useRefresh(
    ({ changed, outcomes }) =>
      Boolean(
        changed?.includes('alert-rules') || outcomes?.some(({ type }) => type.startsWith(ALERT_EVENTS)),
      ),
    [RULES],
  );
  useEachMinute(RULES);
  const create = (kind?: Kind): void => change({ do: 'create', kind, open: undefined }, { push: true });
  const ringing = all.rows.filter((rule) => stateOf(rule) === 'ringing').length;
  return (
    <>
      <PageHead
        title="Alerts"
        beside={ringing > 0 && <Ringing count={ringing} />}
        below="A rule says when you want to be notified. It is judged every five minutes, and rings once."
        actions={
          mayEdit && (
            <Button variant="contained" startIcon={<Add />} onClick={() => create()}>
              Create alert rule
            </Button>
          )
        }
      />
      <DataList
        name="alert-rules"
        label="Alert rules"
        list={{ ...all, rows }}
        columns={COLUMNS}
        idOf={idOf}
        toolbar={<FilterBar defs={DEFS} list="alert-rules" />}
        panel={(id) => (
          <Suspense fallback={<LinearProgress aria-label="Loading" />}>
            <RuleDetail id={id} />
          </Suspense>
        )}
        empty={
          all.rows.length > 0 && state ? (
            <Empty text="No rule is like this. Change the filters above." />
          ) : (
            <None targetId={targetId} onCreate={mayEdit ? create : undefined} />
          )
        }
      />
      {mayEdit && url.get('do') === 'create' && (
        <Suspense>
          <RuleForm
            kind={kindOf(url.get('kind'))}
            targetId={targetId}
            onSaved={(id) => change({ do: undefined, kind: undefined, open: id })}
            onClose={() => change({ do: undefined, kind: undefined })}
          />
        </Suspense>
      )}
    </>
  );
}

/** Types of the events that say that a rule rings, and that it is over. */
const ALERT_EVENTS = 'posthorn.alert.';

function Ringing({ count }: { readonly count: number }) {
  return (
    <Link component={RouterLink} to="/alerts?state=ringing">
      <RingingCount count={count} />
    </Link>
  );
}

interface NoneProps {
  readonly targetId: string | undefined;
  /** Begins a rule; undefined for those who can't. */
  readonly onCreate: ((kind: Kind) => void) | undefined;
}

/** What rules are for, where there are none. */
function None({ targetId, onCreate }: NoneProps) {
  const isOfOne = targetId !== undefined;
  return (
    <Empty
      text={
        isOfOne
          ? 'No rule is about this endpoint. A rule notifies you when something goes wrong there.'
          : 'No rule yet. A rule notifies you when deliveries go wrong, by an event or a mail.'
      }
    >
      {onCreate && (
        <Box sx={{ textAlign: 'start' }}>
          <Typography variant="h2" sx={{ mb: 1 }}>
            Notify me when …
          </Typography>
          <KindChoice onChoose={onCreate} />
        </Box>
      )}
    </Empty>
  );
}
