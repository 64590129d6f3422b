/** What a signature covers. */
export interface Signable {
  /** Stays the same on every attempt, so that a receiver can recognise a repetition. */
  readonly id: string;
  /** Seconds since the epoch, of this attempt. */
  readonly timestamp: number;
  readonly body: Uint8Array;
}

/** A way to sign deliveries. Adding one: a file beside this one, a row in ../signature.ts, and its name in names.ts. */
export interface Scheme {
  /** For the API's description: what it is. */
  readonly summary: string;
  /** For the API's description: what its secrets look like, after its name. */
  readonly secretSummary: string;
  /** How the names of its headers begin: no target can set such a header itself. */
  readonly headerPrefix: string;
  /** A signature by one secret. No space is in it. */
  sign(secret: string, message: Signable): string;
  /** How many secrets can sign one request: while a secret is being replaced, the old and the new one sign. */
  readonly maxSignatures: number;
  /**
   * The headers that prove a request's origin, beside `webhook-id` and `webhook-timestamp`, which every request has.
   * @param signatures that of the newest secret first, at least one and at most `maxSignatures`
   */
  headers(signatures: readonly string[]): Record<string, string>;
  /**
   * A new secret in the form that the scheme's receivers expect. The same bytes give the same secret.
   * @param random 32 bytes: as many as the hash gives, and as an Ed25519 seed has
   */
  newSecret(random: Uint8Array): string;
  /** A given secret as it is kept. What is no secret of the scheme stays as it is, and `secretProblem` refuses it. */
  keptSecret(given: string): string;
  /** What is wrong with a kept secret, or undefined when it can sign. Never quotes the secret. */
  secretProblem(kept: string): string | undefined;
  /** Whether a secret is of this scheme and can be of no other. */
  isOwnSecret(secret: string): boolean;
  /** The keys of an HMAC that both sides can compute. None for a key pair, whose secret half only we know. */
  sharedKeys(secret: string): (string | Buffer)[];
  /** The half of a key pair that receivers verify with. A scheme without it has secrets that both sides know. */
  readonly publicPart?: (secret: string) => string;
  readonly challenge: {
    /** The answers to a challenge that are right. @param secrets that sign now */
    answers(token: string, secrets: readonly string[]): string[];
    /** What a right answer is, for the message about a wrong one. */
    readonly expected: string;
  };
}
