import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { lazy, Suspense } from 'react';
import { ShortId } from '../../parts/copy.tsx';
import { DetailTitle, Facts, Foreign, Section } from '../../parts/layout.tsx';
import { Missing } from '../../parts/missing.tsx';
import { sizeText } from '../../parts/numbers.ts';
import { ownEventText } from '../../parts/own-events.ts';
import { Payload } from '../../parts/payload/payload.tsx';
import { usePayload } from '../../parts/payload/use-payload.ts';
import { Problem } from '../../parts/problem.tsx';
import { Time } from '../../parts/time.tsx';
import { SendAgain } from './send-again.tsx';
import { EventTimeLine } from './time-line-section.tsx';
import { type EventView, useEvent } from './use-event.ts';
import { Wanted } from './wanted.tsx';
import { outcomeLine, traceIdOf } from './words.ts';

const EventJob = lazy(() => import('./event-job.tsx'));

interface EventDetailProps {
  readonly id: string;
  /** On a page of its own there is room for two columns, and its head is the page's. */
  readonly isPage?: boolean;
}

/** An event: what it holds, who wanted it and who did not, and what became of it. */
export default function EventDetail({ id, isPage = false }: EventDetailProps) {
  const read = useEvent(id);
  const { data: event, error, refetch } = read.event;
  if (!event) {
    return (
      <Missing
        error={error}
        onRetry={() => void refetch()}
        what="event"
        list={{ to: '/events', label: 'See the events' }}
        isPage={isPage}
      />
    );
  }
  return (
    <>
      <DetailTitle text={event.type} isPage={isPage} />
      <Typography sx={{ fontSize: '0.9375rem' }}>
        {outcomeLine(event, read.deliveries, !read.timeline.hasNextPage)}
      </Typography>
      <Box sx={{ my: 1.5 }}>
        <SendAgain event={event} deliveries={read.deliveries.length} />
      </Box>
      <Suspense>
        <EventJob of={id} />
      </Suspense>
      <Box sx={{ mb: 2 }}>
        <About event={event} />
      </Box>
      <Box sx={isPage ? COLUMNS : undefined}>
        <Box sx={{ minWidth: 0 }}>
          <Wanted event={event} deliveries={read.deliveries} timeline={read.timeline} />
          {!isPage && <PayloadSection id={id} />}
          <EventTimeLine event={event} entries={read.entries} deliveries={read.deliveries} />
        </Box>
        {isPage && <PayloadSection id={id} />}
      </Box>
    </>
  );
}

const COLUMNS = {
  display: 'grid',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) minmax(0, 1fr)' },
  columnGap: 2,
  alignItems: 'start',
} as const;

function About({ event }: { readonly event: EventView }) {
  const { id, source, priority, region, contentType, bytes, acceptedAt, test, traceparent } = event;
  return (
    <Facts
      of={[
        ['Meaning', ownEventText(event.type)],
        ['Id', <ShortId key="id" id={id} />],
        ['Accepted', <Time key="accepted" at={acceptedAt} />],
        ['Source', source && <Foreign key="source" text={source} />],
        ['Priority', priority],
        ['Region', region && <Foreign key="region" text={region} />],
        ['Content', <Foreign key="content" text={`${contentType}, ${sizeText(bytes)}`} />],
        ['Trace', traceparent && <ShortId key="trace" id={traceIdOf(traceparent)} what="the trace" />],
        ['Test', test && 'A test event: it was sent to one endpoint, to try it'],
      ]}
    />
  );
}

function PayloadSection({ id }: { readonly id: string }) {
  const { data, error, refetch } = usePayload(id);
  return (
    <Section title="Payload">
      <Problem error={error} onRetry={() => void refetch()} />
      {!data && !error && <LinearProgress aria-label="Reading the payload" />}
      {data && <Payload bytes={data.bytes} contentType={data.contentType} name={id} />}
    </Section>
  );
}
