import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { contextOf } from '../http-client/client-certificate.ts';
import type { Identity } from '../http-client/connections.ts';
import { errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import { withinMs } from '../platform/within-ms.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import { RequestProblem } from './request-problem.ts';

/** Client certificates of targets, from secrets. */
export interface ClientCertificates {
  /**
   * @param name of the certificate, within its tenant
   * @throws RequestProblem when there is none that can be used
   */
  identityFor(ref: TargetRef, name: string, waitMs: number): Promise<Identity>;
}

export interface ClientCertificatesDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The text of a secret of this environment; undefined when there is none of that name. */
  readonly readSecret: (name: string) => Promise<string | undefined>;
}

/** Reading a secret costs $0.05 for 10,000. One that was replaced is in use within this time. */
const FRESH_MS = 5 * 60_000;
/** One that is missing or broken is looked for again, since its owner is about to correct it. */
const PROBLEM_FRESH_MS = 10_000;
/** A context takes some 20 KB. */
const MAX_SECRETS = 200;

type Found = { readonly context: Identity['context']; readonly hash: string } | { readonly problem: string };

interface Known {
  readonly found: Found;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export function createClientCertificates({ now, readSecret }: ClientCertificatesDeps): ClientCertificates {
  const known = new LRUCache<string, Known>({ max: MAX_SECRETS });
  const underWay = new Map<string, Promise<Found>>();

  async function read(secret: string, ref: TargetRef): Promise<Found> {
    const found = await foundIn(secret, ref, known.get(secret)?.found);
    known.set(secret, { found, until: now() + ('problem' in found ? PROBLEM_FRESH_MS : FRESH_MS) });
    return found;
  }

  /** @param before what it was; a fault of Secrets Manager takes no certificate away */
  async function foundIn(secret: string, ref: TargetRef, before: Found | undefined): Promise<Found> {
    try {
      const text = await readSecret(secret);
      if (text === undefined) return { problem: 'there is no secret of that name' };
      const context = contextOf(text);
      if (typeof context === 'string') return { problem: `its secret is wrong: ${context}` };
      return { context, hash: createHash('sha256').update(text).digest('base64') };
    } catch (error) {
      warn('client certificate not read', { ...about(ref), ...errorFields(error) });
      if (before && !('problem' in before)) return before;
      return { problem: `its secret could not be read (${error instanceof Error ? error.name : 'Unknown'})` };
    }
  }

  function readOnce(secret: string, ref: TargetRef): Promise<Found> {
    const already = underWay.get(secret);
    if (already) return already;
    const reading = read(secret, ref).finally(() => underWay.delete(secret));
    underWay.set(secret, reading);
    return reading;
  }

  return {
    async identityFor(ref, name, waitMs) {
      const secret = secretNameOf(ref.tenant, name);
      const kept = known.get(secret);
      const found = kept && kept.until > now() ? kept.found : await withinMs(readOnce(secret, ref), waitMs);
      if (found === 'late') throw problem(name, `its secret could not be read within ${waitMs} ms`);
      if ('problem' in found) throw problem(name, found.problem);
      // Connections are the target's own: an endpoint may know its client by the connection alone.
      return { name: `${refName(ref)} ${found.hash}`, context: found.context };
    },
  };
}

const problem = (name: string, what: string): RequestProblem =>
  new RequestProblem('credentials', `client certificate ${name}: ${what}`);

/** Within the environment's own. The tenant is the delivery's, and a name has no slash: no tenant can name another's. */
const secretNameOf = (tenant: string, name: string): string => `${tenant}/${name}`;
