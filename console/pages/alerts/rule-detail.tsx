import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { Link as RouterLink } from 'react-router';
import { linkTo } from '../../app/links.ts';
import { ShortId } from '../../parts/copy.tsx';
import { DetailTitle, Facts, Foreign, Section } from '../../parts/layout.tsx';
import { Missing } from '../../parts/missing.tsx';
import { Time } from '../../parts/time.tsx';
import type { Rule } from './kinds.ts';
import { About, Notified } from './notified.tsx';
import { RuleActions } from './rule-actions.tsx';
import { RuleState } from './rule-state.tsx';
import { useRule } from './use-rule.ts';
import { conditionText, enoughText, STATE_MEANINGS, stateOf, valueText } from './words.ts';

/** A rule beside its list. */
export default function RuleDetail({ id }: { readonly id: string }) {
  const [isLeaving, setLeaving] = useState(false);
  const { data, error, refetch } = useRule(id, !isLeaving);
  if (!data) {
    return (
      <Missing
        error={error}
        onRetry={() => void refetch()}
        what="alert rule"
        why="or it was deleted"
        list={{ to: '/alerts', label: 'All alert rules' }}
        isPage={false}
      />
    );
  }
  const { value: rule } = data;
  const { name, description, metadata, since, checkedAt, createdAt, updatedAt } = rule;
  const meaning = STATE_MEANINGS[stateOf(rule)];
  const look = lookAt(rule);
  return (
    <>
      <DetailTitle text={name} isPage={false} />
      <Box sx={{ mb: 2 }}>
        <RuleState of={rule} />
        {meaning !== undefined && (
          <Typography variant="body2" color="textSecondary">
            {meaning}
          </Typography>
        )}
      </Box>
      <RuleActions read={data} onLeaving={setLeaving} />
      <Section title="When it rings">
        <Typography sx={{ mb: 1.5, overflowWrap: 'anywhere' }}>
          <bdi>{sentence(conditionText(rule))}</bdi>
        </Typography>
        <Facts
          of={[
            ['About', <About key="about" of={rule} />],
            ['Needs at least', enoughText(rule)],
            ['Last value', valueText(rule)],
            ['Judged', checkedAt && <Time key="judged" at={checkedAt} />],
            ['Since', since && <Time key="since" at={since} />],
            [
              'See',
              <Link key="see" component={RouterLink} to={look.to}>
                {look.label}
              </Link>,
            ],
          ]}
        />
      </Section>
      <Section title="Who is notified">
        <Typography sx={{ mb: 1 }}>
          <Notified of={rule} mail="Mail to the tenant’s contact" none="Those who subscribe" />
        </Typography>
        <Typography variant="body2" color="textSecondary">
          Once when it begins, by <code>posthorn.alert.raised</code>, and once when it is over, by{' '}
          <code>posthorn.alert.resolved</code>. A subscription to <code>posthorn.alert.*</code> gets the
          events of all rules.
        </Typography>
      </Section>
      <Section title="Facts">
        <Facts
          of={[
            ['Description', description && <Foreign key="description" text={description} />],
            ['Created', <Time key="created" at={createdAt} />],
            ['Changed', <Time key="changed" at={updatedAt} />],
            ['Id', <ShortId key="id" id={rule.id} />],
            ...Object.entries(metadata ?? {}).map(
              ([key, value]) =>
                [<Foreign key={key} text={key} />, <Foreign key={key} text={value} />] as const,
            ),
          ]}
        />
      </Section>
    </>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Where what a rule is about can be looked at. */
function lookAt({ when, targetId }: Rule): { readonly to: string; readonly label: string } {
  const of = targetId === undefined ? {} : { targetId };
  switch (when.metric) {
    case 'successRate':
      return {
        to: linkTo.deliveries({ ...of, status: 'retrying,parked,dead' }),
        label: 'Deliveries that fail',
      };
    case 'timeToDelivery':
      return { to: linkTo.deliveries(of), label: 'Deliveries' };
    case 'deadLetters':
      return { to: linkTo.deadLetters(of), label: 'Dead letters' };
    case 'events':
      return { to: '/events', label: 'Events' };
    case 'silence':
      return targetId === undefined
        ? { to: '/events', label: 'Events' }
        : { to: linkTo.deliveries({ ...of, status: 'delivered' }), label: 'What was delivered' };
  }
}
