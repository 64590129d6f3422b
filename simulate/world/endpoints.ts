import type { Post, Posted } from '../../lambdas/http-client/http-post.ts';
import type { Instance } from '../aws/instance.ts';
import { ENDPOINT, PROCESSOR } from '../aws/numbers.ts';
import type { PartOptions } from '../aws/part.ts';
import type { Spread } from '../aws/service.ts';
import type { Random } from '../kernel/random.ts';
import { drawMs } from '../kernel/spread.ts';

/** What an endpoint does with a request. */
export type Reaction =
  | {
      readonly kind: 'answers';
      readonly afterMs: number;
      readonly status: number;
      readonly retryAfterMs?: number;
    }
  /** It takes the request and never answers. */
  | { readonly kind: 'hangs' }
  /** It ends the connection after a time. */
  | { readonly kind: 'resets'; readonly afterMs: number };

/** An endpoint's behaviour. @param random of this endpoint alone */
export type Behaviour = (now: number, random: Random) => Reaction;

const answers =
  (spread: Spread, status = 200): Behaviour =>
  (_, random) => ({
    kind: 'answers',
    afterMs: drawMs(random, spread),
    status,
  });

/** Endpoints as they are in the world. */
export const BEHAVIOURS = {
  fast: answers({ p50: 30, p99: 150 }),
  slow: answers({ p50: 3000, p99: 8000 }),
  failing: answers({ p50: 30, p99: 150 }, 500),
  refusing: answers({ p50: 30, p99: 150 }, 400),
  hanging: (): Reaction => ({ kind: 'hangs' }),
  resetting: (_: number, random: Random): Reaction => ({
    kind: 'resets',
    afterMs: drawMs(random, { p50: 20, p99: 80 }),
  }),
} as const;

/** Answers 429 to what is more than its rate. */
export function rateLimited(perSecond: number): Behaviour {
  let second = 0;
  let taken = 0;
  return (now, random) => {
    const present = Math.floor(now / 1000);
    if (present !== second) taken = 0;
    second = present;
    const afterMs = drawMs(random, { p50: 30, p99: 150 });
    if (taken++ < perSecond) return { kind: 'answers', afterMs, status: 200 };
    return { kind: 'answers', afterMs, status: 429, retryAfterMs: 1000 };
  };
}

/** Well and failing in turn. */
export const flapping =
  (wellMs: number, failingMs: number): Behaviour =>
  (now, random) =>
    now % (wellMs + failingMs) < wellMs ? BEHAVIOURS.fast(now, random) : BEHAVIOURS.failing(now, random);

export interface Endpoint {
  behaviour: Behaviour;
  readonly random: Random;
}

export type EndpointsOptions = Omit<PartOptions, 'meter'>;

/** Open connections of an environment to a host: when each was last used. */
interface Host {
  active: number;
  readonly idle: number[];
  readonly waiting: (() => void)[];
}

/** All endpoints, by the host in their URL. */
export function createEndpoints({ kernel, random, watchers, mischief }: EndpointsOptions) {
  const byHost = new Map<string, Endpoint>();
  const hosts = new WeakMap<Instance, Map<string, Host>>();
  let requests = 0;

  function endpointOf(host: string): Endpoint {
    const known = byHost.get(host);
    if (known) return known;
    const endpoint: Endpoint = { behaviour: BEHAVIOURS.fast, random: random.fork(host) };
    byHost.set(host, endpoint);
    return endpoint;
  }

  function hostOf(instance: Instance, name: string): Host {
    const ofInstance = hosts.get(instance) ?? new Map<string, Host>();
    hosts.set(instance, ofInstance);
    const host = ofInstance.get(name) ?? { active: 0, idle: [], waiting: [] };
    ofInstance.set(name, host);
    return host;
  }

  /** What opening a connection takes; nothing where one is kept. */
  function opening(host: Host): { ms: number; processorMs: number } {
    const now = kernel.now();
    while (host.idle.length > 0)
      if (now - host.idle.pop()! < ENDPOINT.keptMs) return { ms: 0, processorMs: 0 };
    return { ms: 3 * drawMs(random, ENDPOINT.roundTrip), processorMs: PROCESSOR.handshake };
  }

  /** Posts from an environment, as `createPoster` does. */
  function postFrom(instance: Instance): (post: Post) => Promise<Posted> {
    return (post) => {
      const { promise, resolve } = Promise.withResolvers<Posted>();
      const name = post.url.slice('https://'.length, post.url.indexOf('/', 8));
      const endpoint = endpointOf(name);
      const host = hostOf(instance, name);
      const number = ++requests;
      const began = kernel.now();
      const own = Math.floor(began + instance.skewMs);
      let isOver = false;
      let isOpen = false;

      const settle = (posted: Omit<Posted, 'at' | 'ms' | 'travel'>, keeps: boolean): void => {
        if (isOver) return;
        isOver = true;
        timer.cancel();
        if (isOpen) host.active--;
        if (keeps) host.idle.push(kernel.now());
        if (isOpen) host.waiting.shift()?.();
        const ms = kernel.now() - began;
        for (const watcher of watchers) watcher.answered?.({ number, status: posted.status });
        kernel.trace.note(`${instance.name} request ${number} ${posted.status ?? posted.error}`);
        instance.after(0, PROCESSOR.post / 2, () =>
          resolve({ at: post.at, ms: Math.max(Math.floor(ms), own - post.at), travel: {}, ...posted }),
        );
      };
      const fail = (error: 'timeout' | 'reset'): void =>
        settle({ error, detail: `${error} (simulated)` }, false);
      const timer = kernel.after(post.timeoutMs, () => {
        if (!instance.isAlive) return;
        fail('timeout');
      });

      const reach = (): void => {
        if (isOver || !instance.isAlive) return;
        const fault = mischief().call({
          functionName: instance.functionName,
          instance: instance.name,
          service: 'endpoint',
          operation: 'POST',
        });
        if (fault) kernel.trace.note(`${instance.name} request ${number}: ${fault.kind}`);
        if (fault?.kind === 'fails before' || fault?.kind === 'is throttled') fail('reset');
        if (fault?.kind === 'ends before') instance.end();
        if (isOver || !instance.isAlive) return;
        kernel.trace.note(`${instance.name} request ${number} reaches ${post.url}`);
        for (const watcher of watchers) {
          const { url, headers, body } = post;
          watcher.reached?.({ number, url, headers, body, instance: instance.name });
        }
        if (fault?.kind === 'freezes') instance.freeze(fault.ms);
        const reaction = endpoint.behaviour(kernel.now(), endpoint.random);
        const back = drawMs(random, ENDPOINT.roundTrip) / 2 + (fault?.kind === 'is slow' ? fault.ms : 0);
        if (reaction.kind === 'hangs') return;
        kernel.after(reaction.afterMs + back, () => {
          if (!instance.isAlive) return;
          if (reaction.kind === 'resets' || fault?.kind === 'fails after') return fail('reset');
          const { status, retryAfterMs } = reaction;
          settle({ status, ...(retryAfterMs !== undefined && { retryAfterMs }) }, true);
          if (fault?.kind === 'ends after') instance.end();
        });
      };

      const open = (): void => {
        host.active++;
        isOpen = true;
        const { ms, processorMs } = opening(host);
        const way = ms + drawMs(random, ENDPOINT.roundTrip) / 2;
        instance.after(0, processorMs + PROCESSOR.post / 2, () => void kernel.after(way, reach));
      };
      if (host.active < ENDPOINT.socketsPerHost) open();
      else host.waiting.push(() => (isOver ? host.waiting.shift()?.() : open()));
      return promise;
    };
  }

  return {
    postFrom,
    /** Changes how an endpoint behaves from now on. @param host such as `shop.example` */
    set(host: string, behaviour: Behaviour): void {
      endpointOf(host).behaviour = behaviour;
    },
    /** Requests so far. */
    get requests() {
      return requests;
    },
  };
}
