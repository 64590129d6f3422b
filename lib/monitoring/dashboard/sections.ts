import { api, live } from './apis.ts';
import { background } from './background.ts';
import { cost } from './cost.ts';
import { faults, functions, tables } from './parts.ts';
import type { SectionOf } from './section.ts';
import { sources } from './sources.ts';
import { accepted, delivered, times } from './travel.ts';
import { endpoints, queues } from './waiting.ts';

/** In the order in which an event travels, then the parts that carry it. */
export const SECTIONS: readonly SectionOf[] = [
  accepted,
  sources,
  delivered,
  times,
  queues,
  endpoints,
  faults,
  functions,
  tables,
  api,
  live,
  background,
  cost,
];
