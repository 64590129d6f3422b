import { createHmac } from 'node:crypto';
import { keptSecret } from '../../lambdas/targets/signature.ts';
import { bytesBehind, SECRET_PREFIX } from '../../lambdas/targets/signature-schemes/secret-text.ts';
import { type Header, valuesOf } from './captured.ts';

/** Webhooks of others, which people take for Posthorn's when an address gets both. */
export interface Foreign {
  readonly name: 'stripe' | 'svix' | 'github' | 'slack' | 'shopify';
  /** For people. */
  readonly title: string;
  /** Headers by which it is known. */
  readonly headers: readonly string[];
  /** What verifies it. */
  readonly advice: string;
  /** Whether a secret makes its signature. */
  readonly fits: (headers: Headers, body: Uint8Array, secret: string) => boolean;
}

type Headers = (name: string) => string;

const hmac = (algorithm: string, key: string | Buffer, ...signed: (string | Uint8Array)[]) => {
  const made = createHmac(algorithm, key);
  for (const part of signed) made.update(part);
  return made;
};

const FOREIGN: readonly Foreign[] = [
  {
    name: 'stripe',
    title: 'Stripe',
    headers: ['stripe-signature'],
    advice: 'stripe.webhooks.constructEvent(body, header, secret) verifies it.',
    fits(headers, body, secret) {
      const fields = headers('stripe-signature')
        .split(',')
        .map((field) => field.trim().split('='));
      const time = fields.find(([name]) => name === 't')?.[1] ?? '';
      const text = hmac('sha256', secret, `${time}.`, body).digest('hex');
      return fields.some(([name, value]) => name === 'v1' && value === text);
    },
  },
  {
    name: 'svix',
    title: 'Svix',
    headers: ['svix-signature', 'svix-id', 'svix-timestamp'],
    advice:
      'It is Standard Webhooks under other names: new Webhook(secret).verify(body, headers) of the package svix verifies it.',
    fits(headers, body, secret) {
      const key = bytesBehind(SECRET_PREFIX, keptSecret('standard', secret));
      const signed = `${headers('svix-id')}.${headers('svix-timestamp')}.`;
      return headers('svix-signature')
        .split(' ')
        .includes(`v1,${hmac('sha256', key, signed, body).digest('base64')}`);
    },
  },
  {
    name: 'github',
    title: 'GitHub',
    headers: ['x-hub-signature', 'x-github-event'],
    advice:
      'verify(secret, body, signature) of @octokit/webhooks-methods verifies x-hub-signature-256, which GitHub sends once the webhook has a secret.',
    fits: (headers, body, secret) =>
      headers('x-hub-signature') === `sha1=${hmac('sha1', secret, body).digest('hex')}`,
  },
  {
    name: 'slack',
    title: 'Slack',
    headers: ['x-slack-signature'],
    advice: 'isValidSlackRequest of @slack/bolt verifies it.',
    fits: (headers, body, secret) =>
      headers('x-slack-signature') ===
      `v0=${hmac('sha256', secret, `v0:${headers('x-slack-request-timestamp')}:`, body).digest('hex')}`,
  },
  {
    name: 'shopify',
    title: 'Shopify',
    headers: ['x-shopify-hmac-sha256'],
    advice: 'shopify.webhooks.validate() of @shopify/shopify-api verifies it.',
    fits: (headers, body, secret) =>
      headers('x-shopify-hmac-sha256') === hmac('sha256', secret, body).digest('base64'),
  },
];

/** Whose request it is, by its headers. */
export const foreignOf = (headers: readonly Header[]): Foreign | undefined =>
  FOREIGN.find((one) => one.headers.some((name) => valuesOf(headers, name).length > 0));

export const foreignFits = (
  { fits }: Foreign,
  headers: readonly Header[],
  body: Uint8Array,
  secrets: readonly string[],
): boolean => secrets.some((secret) => fits((name) => valuesOf(headers, name)[0] ?? '', body, secret));
