import * as z from 'zod/mini';
import { loose } from '../values/loose.ts';
import { ERROR_CLASSES } from './error-class.ts';
import { verdict } from './verdict.ts';

/** What a request without an answer was at: waiting for a free connection, opening it, or waiting for the answer. */
export const STAGES = ['wait', 'dns', 'connect', 'tls', 'answer'] as const;
export type Stage = (typeof STAGES)[number];

/** How a request travelled, as far as it came. Times are whole milliseconds, each of its stage alone. */
const travel = loose({
  /** The address that it was sent to, or that was tried last. */
  address: z.optional(z.string()),
  /** TLS's version, such as `1.3`. */
  tlsVersion: z.optional(z.string()),
  /** The connection had requests before, so the times of its opening are not this request's. */
  reused: z.optional(z.literal(true)),
  /** For a free connection to the host. */
  wait: z.optional(z.number()),
  /** To resolve the name; left out where the URL has an address. */
  dns: z.optional(z.number()),
  connect: z.optional(z.number()),
  /** For the TLS handshake. */
  tls: z.optional(z.number()),
  /** From when the connection was ready to the first byte of the answer. */
  firstByte: z.optional(z.number()),
  /** Set where no answer came. */
  stage: z.optional(z.enum(STAGES)),
});
export type Travel = Readonly<z.infer<typeof travel>>;

/**
 * What was sent, as far as it can't be made again from the delivery, its event and the attempt: see
 * `targets/request-headers.ts`. No secret is in it.
 */
const sent = loose({
  /** Signatures, that of the newest key first, separated by spaces. */
  signatures: z.string(),
  /** Where and how; left out where it is that of the attempt behind this one, see `delivery/kept-requests.ts`. */
  by: z.optional(
    loose({
      url: z.string(),
      /** Names of the target's own headers, separated by spaces. Their values may be secrets. */
      headers: z.optional(z.string()),
      /** `standard` where it is left out. */
      scheme: z.optional(z.string()),
      /** Ids of the keys that signed, in the order of the signatures. */
      keys: z.string(),
    }),
  ),
  /** Of a request with several events: its id, how many it has, and the bytes of its body. */
  batch: z.optional(loose({ id: z.string(), events: z.number(), bytes: z.number() })),
  /** The form of the headers; 1 where it is left out. */
  form: z.optional(z.number()),
  /** The kind of the target where its requests are not made as those of webhooks: then headers are not kept. */
  kind: z.optional(z.string()),
  /** POST where it is left out. */
  method: z.optional(z.string()),
  /** The target's transformation made it. */
  shaped: z.optional(z.literal(true)),
  /** Bytes of the body where it was not the payload as it was published. */
  bytes: z.optional(z.number()),
  /** The content type of that body, where it is not the event's. */
  contentType: z.optional(z.string()),
});
export type Sent = Readonly<z.infer<typeof sent>>;
export type SentBy = Readonly<NonNullable<Sent['by']>>;

/** The part of an answer's body that is kept. */
export const KEPT_BYTES = 2048;

/** One HTTP request. */
export const attempt = loose({
  /** Milliseconds since the epoch at which it began. */
  at: z.number(),
  ms: z.number(),
  status: z.optional(z.number()),
  error: z.optional(z.enum(ERROR_CLASSES)),
  /** What it means where its status does not say it. Ask `meaningOf`. */
  verdict,
  /** What the error said, for a person. */
  detail: z.optional(z.string()),
  /** How long the answer asked to wait (Retry-After), in milliseconds. */
  retryAfterMs: z.optional(z.number()),
  /**
   * Set on one that the schedule does not count: a probe of an endpoint that was failing, or one that was cut because it
   * took too long for a fast lane.
   */
  uncounted: z.optional(z.literal(true)),
  /**
   * Set on one that took two requests: the first went over a connection that the endpoint had closed meanwhile, and got no
   * byte of an answer, so the second was made at once over a new one.
   */
  reconnected: z.optional(z.literal(true)),
  /** What happened to the delivery before it, see `delivery/past.ts`. Left out where it was made at once. */
  past: z.optional(z.string()),
  /** The first kilobytes of the answer's body. */
  answer: z.optional(z.string()),
  /** Of the last requests of a delivery, as is `sent`. */
  travel: z.optional(travel),
  sent: z.optional(sent),
});

export type Attempt = Readonly<z.infer<typeof attempt>>;
