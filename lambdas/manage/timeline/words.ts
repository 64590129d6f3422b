import { WHY_DEAD } from '../../api/history.ts';
import type { DeathReason } from '../../delivery/delivery.ts';
import type { ErrorClass } from '../../http-client/error-class.ts';

/** Pieces of a timeline's sentences. */

/** `1st`, `2nd`, `3rd`, `4th`, `11th`. */
export function ordinal(n: number): string {
  const isTeen = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`;
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

const UNITS = [
  [24 * 3600_000, 'day'],
  [3600_000, 'hour'],
  [60_000, 'minute'],
] as const;

/** A duration in its two largest units: `412 ms`, `3.2 seconds`, `5 minutes`, `2 hours 5 minutes`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return counted(Math.round(ms / 100) / 10, 'second');
  const largest = UNITS.findIndex(([unit]) => ms >= unit);
  const [unit, name] = UNITS[largest]!;
  const [smaller, smallerName] = UNITS[largest + 1] ?? [1000, 'second'];
  const rest = Math.floor((ms % unit) / smaller);
  const whole = counted(Math.floor(ms / unit), name);
  return rest > 0 ? `${whole} ${counted(rest, smallerName)}` : whole;
}

/** Why an attempt got no answer. */
const ERRORS: Record<ErrorClass, string> = {
  timeout: 'no answer came in time',
  dns: 'the name of the endpoint was not found',
  refused: 'the endpoint refused the connection',
  reset: 'the endpoint closed the connection before it had answered',
  unreachable: 'the endpoint could not be reached',
  tls: 'no secure connection could be made: its certificate or its TLS is not accepted',
  protocol: 'the answer was not HTTP',
  forbidden_address:
    'the address is not of the public internet, or the port is not allowed; nothing was sent',
  network: 'the network failed',
  transform: 'the transformation made no request of the event; nothing was sent',
  credentials: 'a token, a role or a certificate that the request needs could not be had; nothing was sent',
  unsendable: 'the event can’t be sent to a target of this kind; nothing was sent',
  not_acknowledged: 'its consumer did not acknowledge it in time',
  released: 'its consumer gave it back',
  not_fetched: 'no consumer fetched it within its day',
};

export const errorWords = (error: ErrorClass | undefined): string => ERRORS[error ?? 'network'];

export const deathWords = (reason: DeathReason | undefined): string =>
  reason === undefined ? 'the reason is not known' : WHY_DEAD[reason];
