import type { Event } from '../events/event.ts';
import type { Sent } from '../http-client/attempt-record.ts';
import type { Posted, Poster } from '../http-client/http-post.ts';
import type { Allowed } from '../http-client/target-url.ts';
import type { Verdict } from '../http-client/verdict.ts';
import type { Described } from '../targets/request-headers.ts';
import type { Target } from '../targets/target.ts';
import type { Shaped } from '../transform/shaped.ts';
import type { AwsDeps } from './aws/session.ts';
import type { ClientCertificates } from './client-certificates.ts';
import type { Tokens } from './http/tokens.ts';
import type { SettingProblem } from './setting-problem.ts';

export { RequestProblem } from './request-problem.ts';
export type { SettingProblem } from './setting-problem.ts';

/** Options of targets that not every kind takes. */
export const OPTIONS = [
  'url',
  'regions',
  'headers',
  'signature',
  'secret',
  'batching',
  'challengeRequired',
  'transform',
  'clientCertificate',
] as const;
type Option = (typeof OPTIONS)[number];

/**
 * What a target can be: how an event is sent to it, and what its answers mean. Lanes, pace, breaker, retries and log are the
 * same for all. See docs/decisions/60-kinds-of-target.md.
 */
export interface Kind<S extends object = object> {
  /** The options that its targets take. Any other is refused when a target is written. */
  readonly takes: ReadonlySet<Option>;
  /** That nothing is sent: it has no retries, no time limit and no pace. */
  readonly isFetched?: true;
  /** Paths of settings that are credentials, such as `auth.password`. They are never shown. */
  readonly secrets: readonly string[];
  /** Set where it is reached through a role of its owner's, which has to trust Posthorn. */
  readonly assumesRole?: true;
  /** Where it leads, without credentials, for lists, logs and mails. A kind that takes `url` has none of its own. */
  address?(settings: S): string;
  /**
   * Where else credentials go, as URLs. Hidden ones are kept only while they go to the same hosts: who may change an address could
   * read them that way.
   */
  sendsSecretsTo?(settings: S): readonly string[];
  /** What is wrong with settings that fit the schema. `field` is within the settings. */
  problem?(settings: S, allowed: Allowed, target: Pick<Target, 'headers'>): SettingProblem | undefined;
  /** Makes a request. @throws RequestProblem when there can be none; anything else is a fault of our own */
  request(making: Making<S>): Promise<KindRequest> | KindRequest;
}

/** What kinds ask of the function that sends. */
export interface DestinationDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** For what a request needs first, such as a token. It is guarded as each request is. */
  readonly post: Poster;
  readonly tokens: Tokens;
  readonly certificates: ClientCertificates;
  readonly aws: AwsDeps;
}

/** What a request is made of. */
export interface Making<S extends object = object> {
  readonly deps: DestinationDeps;
  readonly settings: S;
  readonly tenant: string;
  readonly target: Target;
  /** The target's own, or that of the event's region. */
  readonly url: string;
  /** Undefined for a request with several events. */
  readonly event: Event | undefined;
  /** What headers say of the event or events. */
  readonly described: Described;
  /** The payload, or what the target's transformation made of it. */
  readonly body: Uint8Array;
  /** What the transformation made, if the target has one. Body, URL, target's headers and content type have it already. */
  readonly shaped?: Shaped | undefined;
  /** The time that it is signed with. Milliseconds since the epoch. */
  readonly at: number;
  /** For the whole attempt. */
  readonly timeoutMs: number;
}

export interface KindRequest {
  /** POST when left out. */
  readonly method?: 'POST' | 'PUT' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** What the log keeps of it. No credential may be in it, so a URL that holds one is kept without. */
  readonly sent: Sent;
  /** Names of the answer's headers that `read` and `note` want, in lower case. */
  readonly wanted?: readonly string[];
  /** What is not kept of an answer that repeats it. */
  readonly credentials?: readonly string[];
  /** Takes note of each answer. `anew`: it refuses what may be out of date, so the request is made once more, at once. */
  readonly note?: (answered: Posted) => 'anew' | undefined;
  /** What an answer means. Undefined where its status says it. Not called without an answer. */
  readonly read?: (answered: Posted) => Verdict | undefined;
}

/**
 * What is kept of a request that is not made as those of webhooks are.
 * @param kind its name
 * @param url without credentials
 */
export const sentBy = (kind: string, url: string, { length }: Uint8Array, method?: string): Sent => ({
  kind,
  signatures: '',
  by: { url, keys: '' },
  bytes: length,
  ...(method !== undefined && { method }),
});
