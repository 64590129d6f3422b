import { createHmac } from 'node:crypto';
import type { Header } from '../../../cli/verify/captured.ts';
import { judge, type Question, type Verdict } from '../../../cli/verify/judge.ts';
import type { ProblemKind } from '../../../cli/verify/problems.ts';
import type { SignatureScheme } from '../../../lambdas/targets/signature-schemes/names.ts';
import { AT, type Message, pair, SECONDS, signedBy } from './requests.ts';

/** What `posthorn verify` says of requests that were changed. */

export const JSON_TEXT =
  '{"amount":1200.50,"currency":"EUR","customer":{"name":"Zoë","site":"https://example.com/a"},"lines":[1,2],"note":"a \\u0026 b"}';
export const MESSAGE: Message = {
  id: 'evt_01M7YZMFHGV2N9CR0Q6WV7Z1QZ',
  seconds: SECONDS,
  body: Buffer.from(JSON_TEXT),
};
/** What is found is found far below the usual bounds. */
export const LITTLE = { changes: 20e6, variants: 40e6, headers: 200e6, oneByte: 20e6 };

export const given = (text: string, from = '--secret') => ({ text, from });

/** What is said of a request that is captured with some change. */
export async function verdict(
  scheme: SignatureScheme,
  {
    message = MESSAGE,
    body = message.body,
    change = (headers) => headers,
    ...others
  }: Partial<Omit<Question, 'headers'>> & {
    message?: Message;
    body?: Buffer;
    change?: (headers: Header[]) => Header[];
  } = {},
): Promise<Verdict> {
  const { sender, endpoint } = pair(scheme, 1);
  const headers = change(await signedBy(scheme, [sender], message));
  const asked = { secrets: [given(endpoint)], at: AT + 5000, tolerance: 300, effort: LITTLE };
  return judge({ ...asked, ...others, headers, body });
}

export const kinds = ({ problems }: Verdict): ProblemKind[] => problems.map(({ kind }) => kind);
export const said = ({ problems }: Verdict): string => problems.map(({ message }) => message).join('\n');

/** The signature of bytes, which the official library takes as text alone. */
export function standardOf(body: Uint8Array): string {
  const key = Buffer.from(pair('standard', 1).sender.slice('whsec_'.length), 'base64');
  const hmac = createHmac('sha256', key).update(`${MESSAGE.id}.${MESSAGE.seconds}.`).update(body);
  return `v1,${hmac.digest('base64')}`;
}
