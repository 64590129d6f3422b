import type { Target } from './use-endpoint.ts';

export type Scheme = NonNullable<Target['signature']>;

/** How deliveries are signed, in words. */
export const SCHEMES: Readonly<Record<Scheme, { label: string; hint: string }>> = {
  standard: {
    label: 'Standard Webhooks (shared secret)',
    hint: 'HMAC-SHA256 over id, time and payload. Libraries verify it in most languages.',
  },
  ed25519: {
    label: 'Standard Webhooks (key pair)',
    hint: 'Ed25519. The endpoint holds a public key alone, so nothing that it leaks can sign.',
  },
  sha256: {
    label: 'X-Hub-Signature-256',
    hint: 'As GitHub signs. It covers no time, so an old request can be repeated by whoever saw it.',
  },
};
