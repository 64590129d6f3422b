import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { postOnce } from '../../../lambdas/delivery/attempt.ts';
import { postBatches } from '../../../lambdas/delivery/batch-delivery.ts';
import { sendChallenges } from '../../../lambdas/delivery/send-challenges.ts';
import { createPoster } from '../../../lambdas/http-client/http-post.ts';
import { ANY_PORT } from '../../../lambdas/http-client/ports.ts';
import { newSecret } from '../../../lambdas/targets/signature.ts';
import type { SignatureScheme } from '../../../lambdas/targets/signature-schemes/names.ts';
import { createEngine } from '../../builders/engine.ts';
import { nthDelivery, targetOf } from '../../builders/nth-delivery.ts';
import { posthorn } from '../../helpers/cli.ts';

/** What came over a socket, request by request, each answered with 204. */
async function recorder(): Promise<{ url: string; requests: Buffer[] }> {
  const requests: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let bytes = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const { length } = bytes;
      if (length < lengthOf(bytes)) return;
      requests.push(bytes);
      bytes = Buffer.alloc(0);
      socket.write('HTTP/1.1 204 No Content\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=b`, requests };
}

/** Of the whole request, once its head has come. */
function lengthOf(bytes: Buffer): number {
  const head = bytes.indexOf('\r\n\r\n');
  const [, body = '0'] = /content-length: (\d+)/.exec(bytes.toString()) ?? [];
  return head < 0 ? Number.POSITIVE_INFINITY : head + 4 + Number(body);
}

const valueIn = (request: Buffer, name: string): string =>
  new RegExp(`^${name}: (.*)\r$`, 'm').exec(request.toString('latin1'))![1]!;
const bodyIn = (request: Buffer): Buffer => request.subarray(request.indexOf('\r\n\r\n') + 4);

const AT = 1_795_262_400_123;

/** Posthorn's own, with a client of its own: the functions that dispatch calls. */
function dispatch() {
  const { deps } = createEngine();
  const post = createPoster({ privateAddresses: true, ports: ANY_PORT }, Date.now);
  return { ...deps, now: () => AT, post };
}

it.each(['standard', 'sha256', 'ed25519'] as const)(
  'it sends what dispatch sends, byte for byte: %s (E13)',
  async (scheme) => {
    const { url, requests } = await recorder();
    const secret = newSecret(scheme, Buffer.alloc(32, 5));
    const typed = `check-endpoint ${url} --scheme ${scheme} --secret ${secret} -H 'X-Team: orders' --only duplicate --json`;
    await posthorn(typed, { now: () => AT });
    const sent = requests.splice(0);
    expect(sent).toHaveLength(2);

    const target = ofScheme(scheme, secret, url);
    for (const [i, request] of sent.entries()) {
      const text = bodyIn(request).toString();
      const event = {
        id: valueIn(request, 'webhook-id'),
        type: valueIn(request, 'posthorn-event-type'),
        test: true,
        payload: { kind: 'text', text },
      } as const;
      const attempts = Array.from({ length: i }, () => ({ at: AT, ms: 1, status: 500 }));
      await postOnce(dispatch(), nthDelivery(1, { event, attempts }), target, Buffer.from(text));
    }
    expect(requests.map(String)).toEqual(sent.map(String));
  },
);

it('its challenge and its batch are dispatch’s as well (E13)', async () => {
  const { url, requests } = await recorder();
  const secret = newSecret('standard', Buffer.alloc(32, 5));
  const only = '--only challenge batch';
  await posthorn(`check-endpoint ${url} --secret ${secret} -H 'X-Team: orders' ${only} --json`, {
    now: () => AT,
  });
  const [, challenge, batch] = requests.splice(0);
  const target = { ...ofScheme('standard', secret, url), batching: { maxEvents: 10, maxSeconds: 1 } };

  const token = JSON.parse(bodyIn(challenge!).toString()).challenge;
  const loadTarget = async () => ({ ...target, challenge: { token, at: '' } });
  const deps = { ...dispatch(), loadTarget, putChallengeResult: async () => {} };
  await sendChallenges(deps, [{ v: 1, kind: 'challenge', tenant: 't', target: target.id, token }]);
  expect(String(requests[0])).toBe(String(challenge));

  const elements: { id: string; type: string }[] = JSON.parse(bodyIn(batch!).toString());
  const texts = [
    ...bodyIn(batch!)
      .toString()
      .matchAll(/json","data":(\{.*?\}\})\}/g),
  ].map(([, text]) => text!);
  const deliveries = elements.map(({ id, type }, i) =>
    nthDelivery(i, {
      event: {
        id,
        ulid: id.slice('evt_'.length),
        type,
        test: true,
        payload: { kind: 'text', text: texts[i]! },
      },
    }),
  );
  await postBatches(dispatch(), deliveries, { target, obstacle: undefined, health: undefined }, 'batch');
  // The id of a batch follows from its deliveries, whose subscription is another one here: so does the signature.
  const known = (request: Buffer): string =>
    String(request).replace(/^webhook-(id|signature): .*\r$/gm, (_, name) => `webhook-${name}: …\r`);
  expect(known(requests[1]!)).toBe(known(batch!));
});

const ofScheme = (scheme: SignatureScheme, value: string, url: string) =>
  targetOf({ url, signature: scheme, secrets: [{ value, createdAt: '' }], headers: { 'X-Team': 'orders' } });
