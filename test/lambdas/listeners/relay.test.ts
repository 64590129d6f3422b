import { expect, test } from 'vitest';
import type { Request } from '../../../lambdas/http/body.ts';
import { ANSWER_SECONDS, WAIT_FOR_ROOM_MS } from '../../../lambdas/listeners/limits.ts';
import { type RelayDeps, relay } from '../../../lambdas/listeners/relay.ts';
import { standardSignature } from '../../../lambdas/targets/signature-schemes/standard.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import { ephemeralUlid } from '../../../lambdas/values/ids.ts';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const ID = `lsn_${ephemeralUlid('01KAK2V5E4V2N9CR0Q6WV7Z1QX')}`;

function request(body = '{}'): Request {
  const timestamp = NOW / 1000;
  const signature = standardSignature(SECRET, { id: 'evt_1', timestamp, body: Buffer.from(body) });
  return {
    pathParameters: { tenant: 'ten_1', id: ID },
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    },
    body,
    isBase64Encoded: false,
  } as unknown as Request;
}

/** Time passes while it sleeps. @param roomAt when another request may be under way, in milliseconds after the beginning */
async function run(roomAt: number) {
  let now = NOW;
  let deadline = '';
  const deps: RelayDeps = {
    now: () => now,
    async sleep(ms) {
      now += ms;
    },
    getTarget: async () => ({ secrets: [{ value: SECRET }] }) as unknown as Target,
    listeners: {
      getListener: async () => ({ until: NOW + 300_000, createdAt: NOW, connection: 'c', openedAt: NOW }),
      disconnectListener: async () => true,
    },
    requests: {
      beginRequest: async () => now - NOW >= roomAt,
      endRequest: async () => {},
      openRequest: async () => true,
      readAnswer: async () => undefined,
    },
    async post(_, text) {
      deadline = JSON.parse(text).deadline;
      return true;
    },
  };
  const { statusCode } = await relay(deps, request());
  return { statusCode, deadline: Date.parse(deadline) - NOW, ms: now - NOW };
}

test.each([0, 400, WAIT_FOR_ROOM_MS])(
  'a request that waited %i ms for room has its answer, or none, before its sender has given up (E6)',
  async (roomAt) => {
    const most = ANSWER_SECONDS * 1000;
    expect(await run(roomAt)).toEqual({ statusCode: 504, deadline: most, ms: most });
  },
);
