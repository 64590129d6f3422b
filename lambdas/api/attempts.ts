import * as z from 'zod';
import { KIND_NAMES } from '../destinations/kind-names.ts';
import { STAGES } from '../http-client/attempt-record.ts';
import { ERROR_CLASSES } from '../http-client/error-class.ts';
import { MEANINGS } from '../http-client/verdict.ts';
import { SIGNATURE_SCHEMES } from '../targets/signature-schemes/names.ts';
import { time } from './schemas.ts';

/** One request to an endpoint: what was sent, how it went there, and what came of it. */

const ms = (description: string) => z.int().optional().meta({ description });

const request = z
  .object({
    kind: z
      .enum(KIND_NAMES)
      .optional()
      .meta({ description: 'Of a target whose requests are not signed as those of webhooks: its kind.' }),
    method: z.enum(['POST', 'PUT', 'PATCH']),
    url: z
      .string()
      .meta({ description: 'Without credentials. Its query is `[hidden]` for keys without `manage`.' }),
    bytes: z.int().optional().meta({
      description: 'Of the body, where that is not the payload as it was published.',
    }),
    transformed: z.literal(true).optional().meta({ description: 'The target’s transformation made it.' }),
    headers: z.record(z.string(), z.string()).optional().meta({
      description:
        'All headers, in their order. Values of the target’s own are `[hidden]`; so are signatures, unless the caller has the scope `manage`. Left out in lists of several events: read the delivery; and of requests with a `kind`.',
    }),
    signature: z
      .object({
        scheme: z.enum(SIGNATURE_SCHEMES),
        keyIds: z.array(z.string()).meta({
          description:
            'Which keys signed, the newest first: `keyId` of the target’s secrets. It is the first 8 hexadecimal digits of the SHA-256 of the secret’s text, or of the public key’s.',
        }),
      })
      .optional()
      .meta({
        description:
          'The signatures themselves are in the headers, for callers with the scope `manage`. Left out where the request has none.',
      }),
    batch: z
      .object({ id: z.string(), events: z.int() })
      .optional()
      .meta({ description: 'Set when the request had several events.' }),
    protocol: z.literal('HTTP/1.1'),
    remoteAddress: z.string().optional().meta({
      description: 'Of the endpoint, as the connection had it; without one, the last that was tried.',
    }),
    tlsVersion: z.string().optional().meta({ description: 'Such as `1.3`; left out without TLS.' }),
    connectionReused: z
      .literal(true)
      .optional()
      .meta({ description: 'An earlier request had opened the connection, so it took no time.' }),
    times: z
      .object({
        waitMs: ms(
          'For a free connection: a function opens at most 50 to a host. Left out when it was free at once.',
        ),
        dnsMs: ms('To resolve the host’s name.'),
        connectMs: ms('To connect.'),
        tlsMs: ms('For the TLS handshake.'),
        firstByteMs: ms(
          'From when the connection was ready to the first byte of the answer. The request’s way there is part of it.',
        ),
      })
      .meta({
        description: 'Whole milliseconds, of each stage alone. Stages that did not end are left out.',
      }),
    failedIn: z.enum(STAGES).optional().meta({
      description:
        'Where there is no answer: the stage that the request was in. `wait`, `dns`, `connect` and `tls` are before anything was sent.',
    }),
  })
  .meta({
    id: 'Request',
    description:
      'What was sent and how. Of the last 3 attempts; left out of earlier ones, and of those of releases that did not keep it.',
  });
export type RequestView = z.input<typeof request>;

export const attempt = z
  .object({
    number: z
      .int()
      .meta({ description: 'Counts all attempts, of which only the last 40 are kept; 1 for the first.' }),
    at: time,
    durationMs: z.number(),
    statusCode: z.int().optional(),
    error: z.enum(ERROR_CLASSES).optional(),
    verdict: z.enum(MEANINGS).optional().meta({
      description:
        'What the answer means, where its status does not say it: a provider may refuse with 200. `final` and `gone` are not retried.',
    }),
    detail: z.string().optional().meta({ description: 'What went wrong, or what the answer said.' }),
    answer: z.string().optional().meta({ description: 'The first 2 kB of the answer’s body.' }),
    reconnected: z.literal(true).optional().meta({
      description:
        'There when it took two requests: the first went over a connection that the endpoint had closed, and the second at once over a new one.',
    }),
    uncounted: z.literal(true).optional().meta({
      description:
        'Set if the retry schedule does not count it: it was a probe of a failing endpoint, or was cut after 2 s and made again in the slow lane.',
    }),
    request: request.optional(),
  })
  .meta({ id: 'Attempt' });

/** For the API's description. */
export const exampleAttempt = {
  number: 1,
  at: '2026-11-21T12:00:00.000Z',
  durationMs: 46,
  statusCode: 200,
  answer: 'ok',
  request: {
    method: 'POST',
    url: 'https://example.com/hook',
    headers: {
      host: 'example.com',
      'x-team': '[hidden]',
      'content-type': 'application/json',
      'user-agent': 'Posthorn/1',
      'posthorn-event-type': 'payment.processor.failure',
      'posthorn-attempt': '1',
      'webhook-id': 'failure-17',
      'webhook-timestamp': '1795262400',
      'webhook-signature': 'v1,pVNqqT1M68xV9Q2PKkW661kkA17LCrEfU4dBIY6754M=',
      'content-length': '18',
      connection: 'keep-alive',
    },
    signature: { scheme: 'standard', keyIds: ['5f1e0c3a'] },
    protocol: 'HTTP/1.1',
    remoteAddress: '203.0.113.7',
    tlsVersion: '1.3',
    times: { dnsMs: 4, connectMs: 11, tlsMs: 14, firstByteMs: 16 },
  },
} as const;
