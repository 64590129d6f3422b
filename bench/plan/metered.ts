import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Stage, Units } from './units.ts';

/** How a delivery ends, and what it went through. */
export type Path =
  /** By its first attempt. */
  | 'delivered'
  /** By its second, after a delay in a queue. */
  | 'retried'
  /** By its second, after it waited in the table until a time. */
  | 'parked'
  /** After it waited in the table for its endpoint to recover. */
  | 'held'
  /** Given up after its first attempt. */
  | 'dead';

export const PATHS: readonly Path[] = ['delivered', 'retried', 'parked', 'held', 'dead'];

/** Schedules: the name of the rule, who it runs, and how often. */
export const SCHEDULES = [
  { rule: 'EveryMinute', caller: 'Release', minutes: 1 },
  { rule: 'Assess', caller: 'Assess', minutes: 5 },
  { rule: 'Erase', caller: 'Erase', minutes: 5 },
  { rule: 'Recover', caller: 'Recover', minutes: 15 },
] as const;

type Schedule = (typeof SCHEDULES)[number]['rule'];

/** What was counted of so many deliveries, for one of them. */
interface Counted {
  readonly deliveries: number;
  readonly stages: Partial<Record<Stage, Units>>;
}

export interface MeteredPath {
  /** Each delivery by itself. */
  readonly alone: Counted;
  /** Published a hundred a request, as fast as it goes. */
  readonly together: Counted;
}

/** What depends on how large a payload is. */
export interface PayloadUnits {
  readonly kb: number;
  /** Units of writing the event to the log. */
  readonly eventWrites: number;
  /** S3 requests of an event, and of an attempt. */
  readonly puts: number;
  readonly gets: number;
}

/** Written by `npm run bench -- plan`. */
export interface Metered {
  readonly at: string;
  readonly paths: Readonly<Record<Path, MeteredPath>>;
  readonly payloads: readonly PayloadUnits[];
  /** One run of each, while nothing happens. */
  readonly schedules: Readonly<Record<Schedule, Units>>;
}

export const FILE = fileURLToPath(new URL('./metered.json', import.meta.url));

export const readMetered = (): Metered => JSON.parse(readFileSync(FILE, 'utf8')) as Metered;
