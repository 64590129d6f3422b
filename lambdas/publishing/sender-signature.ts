import { schemeNamed, signingSecrets } from '../targets/signature.ts';
import { sha256Signature } from '../targets/signature-schemes/shared-secret.ts';
import type { Target } from '../targets/target.ts';
import { isSameText } from '../values/timing-safe-equal.ts';

/** What a sender shows to prove that it knows a target's secret. */
export interface Proof {
  readonly body: Uint8Array;
  /** `sha256=` and the hexadecimal HMAC-SHA256 of the body. */
  readonly given: string;
}

/** Keys of the three secrets that a target has at most; each may be used as its text or as the bytes behind that. */
export const MOST_KEYS = 6;

/** Hashes take as long with this as with any other key. */
const NO_KEY = Buffer.alloc(32);

/** Trials of one proof with the keys of targets. Each key is tried once. */
export interface Trial {
  /** @param target undefined when there is none @param now milliseconds since the epoch */
  isPassed(target: Target | undefined, now: number): boolean;
  /**
   * Hashes as often as for a target with the most keys. Call it before a refusal: else the time that a large body takes
   * would tell whether there is a target, and how many secrets it has.
   */
  fail(): void;
}

export function createTrial({ body, given }: Proof, sign = sha256Signature): Trial {
  const tried = new Map<string, boolean>();
  const fits = (key: string | Uint8Array): boolean => isSameText(sign(key, body), given.toLowerCase());
  const fitsOnce = (key: string | Buffer): boolean => {
    const name = typeof key === 'string' ? `text ${key}` : `bytes ${key.toString('hex')}`;
    const known = tried.get(name) ?? fits(key);
    tried.set(name, known);
    return known;
  };
  return {
    isPassed: (target, now) => keysOf(target, now).map(fitsOnce).includes(true),
    fail() {
      for (let count = tried.size; count < MOST_KEYS; count++) fits(NO_KEY);
    },
  };
}

/** Keys that both sides know, of secrets that have not expired. */
const keysOf = (target: Target | undefined, now: number): (string | Buffer)[] =>
  target
    ? signingSecrets(target.secrets, now).flatMap((secret) =>
        schemeNamed(target.signature).sharedKeys(secret),
      )
    : [];
