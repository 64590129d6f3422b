import type { Target } from './config.ts';
import type { Event } from './messages.ts';
import { signatureHeaders } from './signature.ts';

/** Receivers may filter by it, so its first word never changes. */
export const USER_AGENT = 'Posthorn/1';

/**
 * The headers of one attempt. All that is said about an event is said here, since its body goes out as it came.
 *
 * @param attempt 1 for the first
 * @param nowMs milliseconds since the epoch
 */
export function requestHeaders(
  target: Pick<Target, 'signature' | 'secrets'>,
  event: Event,
  body: Uint8Array,
  attempt: number,
  nowMs: number,
): Record<string, string> {
  const timestamp = Math.floor(nowMs / 1000);
  return {
    'content-type': event.contentType,
    'user-agent': USER_AGENT,
    'posthorn-event-type': event.type,
    'posthorn-attempt': String(attempt),
    ...signatureHeaders(
      target.signature,
      target.secrets.map(({ value }) => value),
      { id: event.id, timestamp, body },
    ),
  };
}
