import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { Link } from 'react-router';
import { isMissing } from '../../api/problem.ts';
import { linkTo } from '../../app/links.ts';
import { IS_PORTAL } from '../../app/mode.ts';
import { useSession } from '../../app/session.tsx';
import { CopyButton } from '../../parts/copy.tsx';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { Facts, Foreign, PageHead, Section } from '../../parts/layout.tsx';
import { jsonText } from '../../parts/payload/json-text.ts';
import { JsonTree } from '../../parts/payload/json-tree.tsx';
import { Raw } from '../../parts/payload/payload.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Time } from '../../parts/time.tsx';
import { Changelog } from './changelog.tsx';
import { Deprecation } from './deprecation.tsx';
import { EventTypeActions } from './event-type-actions.tsx';
import { HowItArrives } from './how-it-arrives.tsx';
import { SchemaTable } from './schema-table.tsx';
import { useEventType } from './use-event-type.ts';
import { WantedBy } from './wanted-by.tsx';

interface EventTypeDetailProps {
  readonly name: string;
  readonly inPanel?: boolean;
}

/** What is known of an event type. */
export default function EventTypeDetail({ name, inPanel = false }: EventTypeDetailProps) {
  const { data, error, refetch } = useEventType(name);
  if (isMissing(error)) return <Undescribed name={name} />;
  if (!data) return <Problem error={error} onRetry={() => void refetch()} />;
  const { description, version, schema, sample, createdAt, updatedAt } = data.value;
  const actions = <EventTypeActions read={data} />;
  return (
    <>
      <PageHead
        title={name}
        beside={<Deprecation of={data.value} />}
        below={description && <Foreign text={description} />}
        actions={!inPanel && actions}
      />
      {inPanel && <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 2 }}>{actions}</Box>}
      <Links name={name} />
      <Described title="Schema" value={schema} none="No schema: any payload is as good.">
        <SchemaTable schema={schema} />
      </Described>
      <Described
        title="Sample"
        value={sample}
        none="No sample. A test event of this type carries an empty object."
      >
        <JsonTree value={sample} />
      </Described>
      <Changelog name={name} />
      <HowItArrives type={name} />
      <WantedBy type={name} />
      <Section title="Facts">
        <Facts
          of={[
            ['Version', <Foreign key="version" text={version} />],
            ['Created', <Time key="created" at={createdAt} />],
            ['Changed', <Time key="changed" at={updatedAt} />],
          ]}
        />
      </Section>
    </>
  );
}

/** Where its events and deliveries are. */
function Links({ name }: { readonly name: string }) {
  const { targetIds } = useSession();
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 2 }}>
      {targetIds === undefined && (
        <Button component={Link} to={`/events?${new URLSearchParams({ type: name })}`} variant="outlined">
          Events
        </Button>
      )}
      <Button component={Link} to={linkTo.deliveries({ eventType: name })} variant="outlined">
        Deliveries
      </Button>
      <Button
        component={Link}
        to={linkTo.deliveries({ eventType: name, status: 'retrying,parked,dead' })}
        variant="outlined"
      >
        Waiting or dead
      </Button>
    </Box>
  );
}

interface DescribedProps {
  readonly title: string;
  readonly value: unknown;
  readonly none: string;
  readonly children: React.ReactNode;
}

/** A schema or sample, to read or as JSON. */
function Described({ title, value, none, children }: DescribedProps) {
  const [view, setView] = useState<'read' | 'json'>('read');
  if (value === undefined) {
    return (
      <Section title={title}>
        <Typography color="text.secondary">{none}</Typography>
      </Section>
    );
  }
  const text = jsonText(value);
  return (
    <Section
      title={title}
      actions={
        <>
          <Tabs
            value={view}
            onChange={(_, next) => setView(next)}
            aria-label={`How to show the ${title.toLowerCase()}`}
            sx={TABS}
          >
            <Tab value="read" label={title === 'Schema' ? 'Properties' : 'Tree'} />
            <Tab value="json" label="JSON" />
          </Tabs>
          <CopyButton text={text} what={`the ${title.toLowerCase()}`} />
        </>
      }
    >
      {view === 'read' ? children : <Raw text={text} />}
    </Section>
  );
}

const TABS = { minHeight: 32, '& .MuiTab-root': { minHeight: 32, py: 0 } } as const;

function Undescribed({ name }: { readonly name: string }) {
  return (
    <>
      <PageHead title={name} />
      <Links name={name} />
      <Empty
        text="This event type is not described in the catalogue. Its events are published and delivered all the same."
        {...(!IS_PORTAL && {
          line: curlLine('PUT', `/v1/event-types/${encodeURIComponent(name)}`, {
            description: 'What it says.',
          }),
        })}
        link={{ to: '/event-types', label: 'All event types' }}
      />
      <WantedBy type={name} />
    </>
  );
}
