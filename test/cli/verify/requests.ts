import { createPrivateKey, sign as signWithKey } from 'node:crypto';
import { sign as signLikeGitHub } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import type { Header } from '../../../cli/verify/captured.ts';
import { newSecret } from '../../../lambdas/targets/signature.ts';
import { publicKeyOf } from '../../../lambdas/targets/signature-schemes/ed25519.ts';
import { SIGNATURE_SCHEMES, type SignatureScheme } from '../../../lambdas/targets/signature-schemes/names.ts';

/** Requests as official libraries sign them, for `posthorn verify`. */

export const AT = Date.parse('2026-11-28T12:00:00Z');
export const SECONDS = AT / 1000;
export const SCHEMES = SIGNATURE_SCHEMES;

/** A secret as the sender has it, and what the endpoint has. */
export interface Pair {
  readonly sender: string;
  readonly endpoint: string;
}

export function pair(scheme: SignatureScheme, seed: number): Pair {
  const secret = newSecret(scheme, Buffer.alloc(32, seed));
  return { sender: secret, endpoint: scheme === 'ed25519' ? publicKeyOf(secret) : secret };
}

export interface Message {
  readonly id: string;
  readonly seconds: number;
  readonly body: Buffer;
}

const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

function ed25519(secret: string, { id, seconds, body }: Message): string {
  const seed = Buffer.from(secret.slice('whsk_'.length), 'base64').subarray(0, 32);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  const signed = Buffer.concat([Buffer.from(`${id}.${seconds}.`), body]);
  return `v1a,${signWithKey(null, signed, key).toString('base64')}`;
}

async function signature(scheme: SignatureScheme, secret: string, message: Message): Promise<string> {
  const text = message.body.toString();
  if (scheme === 'sha256') return signLikeGitHub(secret, text);
  return scheme === 'standard'
    ? new Webhook(secret).sign(message.id, new Date(message.seconds * 1000), text)
    : ed25519(secret, message);
}

/** The headers of a request. @param secrets the newest first */
export async function signedBy(
  scheme: SignatureScheme,
  secrets: readonly string[],
  message: Message,
): Promise<Header[]> {
  const all = await Promise.all(secrets.map((secret) => signature(scheme, secret, message)));
  const of = (name: string, value: string): Header => ({ name, value });
  return [
    of('content-type', 'application/json'),
    of('webhook-id', message.id),
    of('webhook-timestamp', String(message.seconds)),
    ...(scheme === 'sha256'
      ? [
          of('x-hub-signature-256', all[0]!),
          ...all.slice(1).map((text) => of('x-hub-signature-256-old', text)),
        ]
      : [of('webhook-signature', all.join(' '))]),
  ];
}

export const without = (headers: readonly Header[], name: string): Header[] =>
  headers.filter((one) => one.name !== name);

export const withHeader = (headers: readonly Header[], name: string, value: string): Header[] => [
  ...without(headers, name),
  { name, value },
];
