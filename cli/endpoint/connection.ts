import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { createConnections } from '../../lambdas/http-client/connections.ts';
import { classifyError } from '../../lambdas/http-client/error-class.ts';
import { ANY_PORT } from '../../lambdas/http-client/ports.ts';
import { reconnecting } from '../../lambdas/http-client/reconnecting.ts';
import type { Made } from './probes.ts';
import type { Seen } from './seen.ts';

/** Posts as Posthorn does, by its own client. Loaded late, since Node's http takes as long to load as the rest of the tool. */

export interface Connection {
  /** @param timeoutMs for the whole exchange */
  post(request: Made, timeoutMs: number): Promise<Seen>;
  /** Ends what is under way, and what is kept open. */
  close(): void;
}

const WANTED = ['location', 'content-encoding', 'content-length', 'content-type', 'connection'];

/** More is not looked at: a challenge's answer has a hundred characters. */
const TEXT_BYTES = 2048;

/** @param now milliseconds since the epoch */
export function connectionOf(now: () => number): Connection {
  // A person names the address, and it may be this machine's: nothing is guarded.
  const reach = { privateAddresses: true, ports: ANY_PORT };
  const connections = createConnections(reach, lookup as LookupFunction);
  return {
    close() {
      for (const isTls of [true, false])
        for (const kind of ['any', 'fresh'] as const) connections(isTls, kind).destroy();
    },
    async post({ url, headers, body }, timeoutMs) {
      const request = { url, headers, body, wanted: WANTED };
      const began = now();
      const { outcome, isReconnected } = await reconnecting(connections, request, timeoutMs, now);
      const used = { isReused: outcome.travel.reused === true, isReconnected };
      if (outcome.kind === 'failed')
        return {
          ...used,
          ...failed(outcome.error),
          ms: now() - began,
          headers: {},
          text: '',
          isWhole: false,
        };
      const { status, at, body: answer, headers: found = {}, isWhole } = outcome.answer;
      const text = answer.subarray(0, TEXT_BYTES).toString('utf8');
      return { ...used, status, ms: at - began, headers: found, text, isWhole };
    },
  };
}

function failed(error: unknown): Pick<Seen, 'error' | 'detail'> {
  const [cause = error] = error instanceof AggregateError ? error.errors : [];
  return { error: classifyError(cause), detail: cause instanceof Error ? cause.message : String(cause) };
}
