import { type BatchEntry, batchBody, describeEntries } from '../../lambdas/delivery/batch.ts';
import { MAX_PAYLOAD_BYTES } from '../../lambdas/events/payload.ts';
import { challengeEvent } from '../../lambdas/targets/challenge.ts';
import { type Described, describeEvent, signedRequest } from '../../lambdas/targets/request-headers.ts';
import type { SignatureScheme } from '../../lambdas/targets/signature-schemes/names.ts';
import { type UlidSource, withPrefix } from '../../lambdas/values/ids.ts';
import {
  checkPayload,
  everyByte,
  filled,
  forged,
  oddlyWritten,
  rewritten,
  UNKNOWN_TYPE,
} from './payloads.ts';

/** What an endpoint is sent, made by the code that makes Posthorn's own requests. */

/** As whom, and what. */
export interface Sender {
  readonly url: string;
  readonly scheme: SignatureScheme;
  /** That the endpoint has: the newest first. */
  readonly secrets: readonly string[];
  /** One that the endpoint can't have. */
  readonly stranger: string;
  /** Of the target's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the events, and what they hold. */
  readonly type: string;
  readonly payload: Uint8Array;
  /** Bytes of the largest payload. */
  readonly maxBytes: number;
  /** When the check began. Milliseconds since the epoch. */
  readonly at: number;
  readonly ids: Ids;
}

/** What stays the same from one request to another, or is looked for in an answer. */
interface Ids {
  readonly event: string;
  readonly token: string;
  readonly forgedToken: string;
  /** Of any other event. */
  readonly next: () => string;
}

export const idsFrom = (ulid: UlidSource, now: () => number): Ids => {
  const next = (): string => ulid(now());
  return { event: next(), token: next(), forgedToken: next(), next };
};

/** A request before it is signed. */
export interface Draft {
  /** Of its event; undefined of a batch. */
  readonly type: string | undefined;
  readonly described: Described;
  readonly body: Uint8Array;
  readonly secrets: readonly string[];
  /** How far the time that it is signed with is from now, in milliseconds. */
  readonly offMs: number;
  /** What happens to it once it is signed. */
  readonly altered?: (request: Made) => Made;
}

/** A request as it is sent. */
export interface Made {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** @param now milliseconds since the epoch */
export function requestOf({ scheme, headers, url }: Sender, draft: Draft, now: number): Made {
  const { described, body, secrets, offMs, altered } = draft;
  const signing = {
    signature: scheme,
    secrets: secrets.map((value) => ({ value, createdAt: '' })),
    headers: { ...headers },
  };
  const signed = signedRequest(signing, url, described, body, now + offMs);
  const made = { url, headers: signed.headers, body };
  return altered?.(made) ?? made;
}

interface Content {
  readonly id: string;
  readonly type: string;
  readonly body: Uint8Array;
  readonly contentType?: string;
  readonly attempt?: number;
}

const draftOf = (
  sender: Sender,
  { id, type, body, contentType = 'application/json', attempt = 1 }: Content,
  more: Partial<Pick<Draft, 'secrets' | 'offMs' | 'altered'>> = {},
): Draft => ({
  type,
  described: describeEvent({ id: withPrefix('evt', id), type, contentType, test: true }, attempt),
  body,
  secrets: sender.secrets,
  offMs: 0,
  ...more,
});

/** An event of its own id. */
const event = (sender: Sender, more?: Parameters<typeof draftOf>[2], body = sender.payload): Draft =>
  draftOf(sender, { id: sender.ids.next(), type: sender.type, body }, more);

const first = (sender: Sender, attempt: number): Draft =>
  draftOf(sender, { id: sender.ids.event, type: sender.type, body: sender.payload, attempt });

const SIGNATURES = ['webhook-signature', 'x-hub-signature-256'];

const unsigned = ({ headers, ...rest }: Made): Made => ({
  ...rest,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !SIGNATURES.includes(name))),
});

/** Twice as far as Standard Webhooks' libraries allow. */
const OFF_MS = 10 * 60_000;

/** As a target with `challengeRequired` gets it. */
function challenge(token: string, secrets: readonly string[]): Draft {
  const made = challengeEvent(token);
  return {
    type: made.type,
    described: describeEvent(made, 1),
    body: Buffer.from(made.payload.text),
    secrets,
    offMs: 0,
  };
}

/** As a target with `batching` gets them. */
function batch(sender: Sender): Draft {
  const entries = [1, 2].map((): BatchEntry => {
    const ulid = sender.ids.next();
    const about = { ulid, id: withPrefix('evt', ulid), type: sender.type, contentType: 'application/json' };
    const payload = { kind: 'text', text: '' } as const;
    const ids = { tenant: '', target: '', subscription: withPrefix('sub', sender.ids.next()) };
    return {
      delivery: { v: 1, kind: 'delivery', ...ids, attempts: [], event: { ...about, test: true, payload } },
      payload: sender.payload,
    };
  });
  const body = batchBody(entries);
  return { type: undefined, described: describeEntries(entries), body, secrets: sender.secrets, offMs: 0 };
}

/** Express, for one, takes 100 kB where nothing else is set; a proxy often takes 1 MB. */
export const LARGE_BYTES = 256 * 1024;
export const MOST_BYTES = MAX_PAYLOAD_BYTES;
const AT_ONCE = 4;

interface Probe {
  /** What it is, in words. */
  readonly sends: string;
  /** More than one: at once. */
  readonly drafts: (sender: Sender) => readonly Draft[];
}

/** All that can be sent: at most 20 requests. */
export const PROBES = {
  event: { sends: 'a signed event', drafts: (sender) => [first(sender, 1)] },
  again: { sends: 'the same event again, as a second attempt', drafts: (sender) => [first(sender, 2)] },
  stranger: {
    sends: 'an event signed with another secret',
    drafts: (sender) => [event(sender, { secrets: [sender.stranger] })],
  },
  unsigned: {
    sends: 'an event without a signature',
    drafts: (sender) => [event(sender, { altered: unsigned })],
  },
  altered: {
    sends: 'an event whose body is not the one that was signed',
    drafts: (sender) => [event(sender, { altered: (made) => ({ ...made, body: forged(made.body) }) })],
  },
  old: {
    sends: 'an event that was signed 10 minutes ago',
    drafts: (sender) => [event(sender, { offMs: -OFF_MS })],
  },
  future: {
    sends: 'an event that is signed for 10 minutes from now',
    drafts: (sender) => [event(sender, { offMs: OFF_MS })],
  },
  rotation: {
    sends: 'an event signed with a new secret and with yours',
    drafts: (sender) => [event(sender, { secrets: [sender.stranger, ...sender.secrets] })],
  },
  odd: {
    sends: 'an event in unusual JSON',
    drafts: (sender) => [event(sender, {}, oddlyWritten(sender.payload))],
  },
  rewritten: {
    sends: 'an event as serialisers write it, if the first is refused',
    drafts: (sender) => rewritten(sender.payload).map(({ body }) => event(sender, {}, body)),
  },
  unknown: {
    sends: 'an event of an unknown type',
    drafts: (sender) => [
      draftOf(sender, {
        id: sender.ids.next(),
        type: UNKNOWN_TYPE,
        body: checkPayload(UNKNOWN_TYPE, sender.at),
      }),
    ],
  },
  atOnce: {
    sends: `${AT_ONCE} events at once`,
    drafts: (sender) => Array.from({ length: AT_ONCE }, () => event(sender)),
  },
  large: {
    sends: 'a large event',
    drafts: (sender) => [event(sender, {}, filled(sender.payload, Math.min(LARGE_BYTES, sender.maxBytes)))],
  },
  largest: {
    sends: 'the largest event',
    drafts: (sender) => [event(sender, {}, filled(sender.payload, sender.maxBytes))],
  },
  challenge: {
    sends: 'a challenge',
    drafts: (sender) => [challenge(sender.ids.token, sender.secrets)],
  },
  forgedChallenge: {
    sends: 'a challenge signed with another secret',
    drafts: (sender) => [challenge(sender.ids.forgedToken, [sender.stranger])],
  },
  batch: { sends: 'two events in one request', drafts: (sender) => [batch(sender)] },
  bytes: {
    sends: 'an event whose payload is no text',
    drafts: (sender) => [
      draftOf(sender, {
        id: sender.ids.next(),
        type: sender.type,
        body: everyByte(),
        contentType: 'application/octet-stream',
      }),
    ],
  },
} as const satisfies Readonly<Record<string, Probe>>;

export type ProbeName = keyof typeof PROBES;
