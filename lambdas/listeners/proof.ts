import { standardSignature } from '../targets/signature-schemes/standard.ts';
import { isSameText } from '../values/timing-safe-equal.ts';
import { TOLERANCE_SECONDS } from './limits.ts';

/** What a request shows of who has sent it. */
export interface Proof {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly signatures: readonly string[];
}

type Headers = Readonly<Record<string, string | undefined>>;

/** As many as a target's secrets make. */
const MAX_SIGNATURES = 3;
/** Of a producer's id, or one of ours. */
const MAX_ID = 300;

/** Reads the headers of Standard Webhooks; undefined where they prove nothing. @param now milliseconds since the epoch */
export function proofIn(headers: Headers, now: number): Proof | undefined {
  const { 'webhook-id': id = '', 'webhook-timestamp': time = '', 'webhook-signature': given = '' } = headers;
  const timestamp = /^\d{1,12}$/.test(time) ? Number(time) : Number.NaN;
  const isFresh = Math.abs(now / 1000 - timestamp) <= TOLERANCE_SECONDS;
  const signatures = given.split(' ').filter(Boolean);
  const isProof = id !== '' && id.length <= MAX_ID && isFresh && signatures.length > 0;
  return isProof && signatures.length <= MAX_SIGNATURES ? { id, timestamp, signatures } : undefined;
}

/** Whether a request was signed with one of these secrets. */
export const isProved = (
  { id, timestamp, signatures }: Proof,
  secrets: readonly string[],
  body: Uint8Array,
): boolean =>
  secrets.some((secret) => {
    const right = standardSignature(secret, { id, timestamp, body });
    return signatures.some((one) => isSameText(one, right));
  });
