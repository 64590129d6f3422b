import { hash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { EndpointRequest } from '../world/watch.ts';
import type { InvariantFactory } from './invariant.ts';
import { deliveryIn, isSettled } from './logged-delivery.ts';
import { readRequest } from './posted-request.ts';
import { createRecent } from './recent.ts';
import { spanText } from './words.ts';

const NAME = 'requests are signed';

/** Receivers refuse what is older (the libraries of Standard Webhooks have five minutes). */
const TOLERANCE_MS = 300_000;

/** A delivery's last attempt comes a day after its first, and a replay when its owner wants it. */
const SAME_MS = 26 * 3600_000;

/**
 * Each request verifies with the official library of Standard Webhooks, says a time that receivers accept, and has the same
 * bytes under the same `webhook-id`. The library's `verify` asks the real clock, so its `sign` is asked what the signature is.
 */
export const requestsAreSigned: InvariantFactory = ({ now, violated, expected, limits }) => {
  const webhooks = new Map<string, Webhook>();
  const bodies = createRecent<string>(now, SAME_MS);

  function webhookOf(secret: string): Webhook {
    let webhook = webhooks.get(secret);
    if (!webhook) {
      webhook = new Webhook(secret);
      webhooks.set(secret, webhook);
    }
    return webhook;
  }

  function isSignedBy(secrets: readonly string[], { headers, body }: EndpointRequest): boolean {
    const given = (headers['webhook-signature'] ?? '').split(' ');
    const signedAt = new Date(Number(headers['webhook-timestamp']) * 1000);
    const text = Buffer.from(body).toString();
    return secrets.some((secret) =>
      given.includes(webhookOf(secret).sign(headers['webhook-id'] ?? '', signedAt, text)),
    );
  }

  function problemOf(
    request: EndpointRequest,
    of: { tenant: string; id: string; secrets: readonly string[] },
  ) {
    const { headers, body } = request;
    const id = headers['webhook-id'];
    if (!id) return 'expected a webhook-id, found none';
    const age = now() - Number(headers['webhook-timestamp']) * 1000;
    if (!(Math.abs(age) <= TOLERANCE_MS + limits.clockSkewMs))
      return `expected a webhook-timestamp within ${spanText(TOLERANCE_MS)}, found one of ${spanText(age)} ago`;
    if (!isSignedBy(of.secrets, request))
      return `expected a signature of one of the target's ${of.secrets.length} secrets`;
    const name = `${of.tenant} ${of.id} ${id}`;
    const digest = hash('sha256', body, 'base64');
    const before = bodies.get(name);
    bodies.set(name, digest);
    return before === undefined || before === digest
      ? undefined
      : 'expected the same bytes as in the request before with this webhook-id, found others';
  }

  return {
    name: NAME,
    watcher: {
      reached(request) {
        const target = expected.targetAt(request.url);
        // A URL of nobody's is told by another invariant.
        const problem = target && problemOf(request, target);
        if (problem)
          violated(
            NAME,
            `${problem}: ${readRequest(request).id} to ${request.url}, request ${request.number}`,
          );
      },
      wrote({ table, after }) {
        const delivery = table === 'log' ? deliveryIn(after) : undefined;
        if (!delivery || !isSettled(delivery)) return;
        bodies.delete(`${delivery.tenant} ${delivery.target} ${delivery.event}`);
      },
    },
  };
};
