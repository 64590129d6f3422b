import { countOf } from '../../../parts/numbers.ts';
import { durationText } from '../../../parts/times.ts';

/** Schedules of retries, as people write and read them. Pure. */

const MINUTE = 60;
const HOUR = 3600;

/** The policies that the API knows by name: seconds to wait after each failed attempt. */
export const PRESETS = {
  default: [5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 9 * HOUR],
  exponential: [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300],
  steady: [10, 30, MINUTE, 5 * MINUTE, 15 * MINUTE],
  eager: [1, 5, 12, 25, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, 12 * HOUR],
} as const;
export type Preset = keyof typeof PRESETS;
/** Each of them spreads its waits by this share. */
export const PRESET_JITTER = 0.2;

export interface Policy {
  readonly schedule: readonly number[];
  readonly jitter: number;
}

/** The name of a policy, if it is one of those that have one. */
export function presetOf({ schedule, jitter }: Policy): Preset | undefined {
  const names = Object.keys(PRESETS) as Preset[];
  return jitter === PRESET_JITTER
    ? names.find((name) => String(PRESETS[name]) === String(schedule))
    : undefined;
}

/** `5 s, 30 s, 2 min`: exact, since it is read back. */
export const waitsText = (schedule: readonly number[]): string => schedule.map(waitText).join(', ');

function waitText(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [
    [Math.floor(whole / HOUR), 'h'],
    [Math.floor((whole % HOUR) / MINUTE), 'min'],
    [Number(((whole % MINUTE) + seconds - whole).toFixed(3)), 's'],
  ] as const;
  const text = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
  return text === '' ? '0 s' : text;
}

/** `10 attempts within 20 h`. */
export function scheduleText(schedule: readonly number[]): string {
  const total = schedule.reduce((sum, seconds) => sum + seconds, 0);
  const attempts = countOf(schedule.length + 1, 'attempt');
  return total === 0 ? attempts : `${attempts} within ${durationText(total * 1000)}`;
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  min: MINUTE,
  m: MINUTE,
  h: HOUR,
  d: 24 * HOUR,
};

/**
 * Reads waits such as `5 s, 2 min, 1 h 30 min`; a number without a unit is seconds.
 * @returns seconds, or undefined where that can't be read
 */
export function readWaits(text: string): number[] | undefined {
  const waits = text.split(/[,;]/).map((part) => part.trim());
  if (waits.length === 1 && waits[0] === '') return [];
  const read = waits.map(readWait);
  return read.every((seconds) => seconds !== undefined) ? (read as number[]) : undefined;
}

function readWait(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)\s*/gy)];
  if (parts.length === 0 || parts.reduce((sum, [part]) => sum + part.length, 0) !== text.length)
    return undefined;
  let total = 0;
  for (const [, count, unit] of parts) {
    const seconds = UNITS[unit === '' ? 's' : unit!];
    if (seconds === undefined) return undefined;
    total += Number(count) * seconds;
  }
  return Math.round(total * 1000) / 1000;
}
