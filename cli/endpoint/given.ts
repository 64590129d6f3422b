import { randomBytes } from 'node:crypto';
import type { Posthorn } from '../../client/index.ts';
import { eventTypeProblem } from '../../lambdas/events/event-type.ts';
import { customHeaderProblem } from '../../lambdas/targets/request-headers.ts';
import { keptSecret, newSecret, secretProblem } from '../../lambdas/targets/signature.ts';
import type { SignatureScheme } from '../../lambdas/targets/signature-schemes/names.ts';
import { TIMEOUT_SECONDS } from '../../lambdas/targets/timeout.ts';
import { ulidSource } from '../../lambdas/values/ids.ts';
import type { Values } from '../command.ts';
import type { Context } from '../context.ts';
import { CommandError, UsageError } from '../failure.ts';
import { forwardTo } from '../listen/forward-to.ts';
import { bytesOf } from '../routes/body.ts';
import { timeoutMs } from '../routes/times.ts';
import { sampleOf } from '../trigger/sample.ts';
import { givenSecrets } from '../verify/given-secrets.ts';
import type { Given } from '../verify/keys.ts';
import { CaptureError, readHeader } from '../verify/read-captured.ts';
import type { CheckId, OptionalId } from './check-ids.ts';
import type { Selection } from './examine.ts';
import { CHECK_TYPE, checkPayload } from './payloads.ts';
import { idsFrom, MOST_BYTES, type Sender } from './probes.ts';

/** What the command line, files and the API say of an endpoint. */

export interface Asked {
  readonly sender: Sender;
  readonly selection: Selection;
  readonly timeoutMs: number;
  /** Where the secrets are from; undefined where one was made, which the endpoint can't have. */
  readonly from: string | undefined;
  /** Headers of the target that are not sent, since the API shows no values. */
  readonly unsent: readonly string[];
}

/** @throws UsageError that says what was expected */
export async function askedFor(context: Context, { url }: Values, options: Values): Promise<Asked> {
  const { io } = context;
  const api = options.target === undefined ? undefined : await context.api();
  const target = api && (await targetOf(api, options.target as string, io.signal));
  const address = typeof url === 'string' ? forwardTo(url, 'url').href : target?.url;
  if (address === undefined) throw new UsageError('expected the URL of an endpoint, or --target with an id');
  const scheme = (options.scheme as SignatureScheme | undefined) ?? target?.scheme ?? 'standard';
  const own = await givenSecrets(io, options);
  const given = own.length > 0 ? own : (target?.secrets ?? []);
  const made = newSecret(scheme, randomBytes(32));
  const at = io.now();
  const headers = headersIn(options);
  return {
    sender: {
      url: address,
      scheme,
      secrets: given.length > 0 ? given.map((one) => secretOf(scheme, one)) : [made],
      stranger: newSecret(scheme, randomBytes(32)),
      headers,
      ...(await contentOf(context, options, at)),
      maxBytes: maxBytesOf(options),
      at,
      ids: idsFrom(ulidSource(), io.now),
    },
    selection: selectionOf(options, target?.wanted ?? []),
    timeoutMs:
      typeof options.timeout === 'string'
        ? timeoutMs(options.timeout)
        : (target?.timeoutSeconds ?? TIMEOUT_SECONDS.default) * 1000,
    from: given.length > 0 ? [...new Set(given.map(({ from }) => from))].join(', ') : undefined,
    unsent: (target?.headers ?? []).filter((name) => !Object.hasOwn(headers, name)),
  };
}

/** A secret as a target keeps it. @throws UsageError that does not quote it */
function secretOf(scheme: SignatureScheme, { text, from }: Given): string {
  const kept = keptSecret(scheme, text);
  const problem = secretProblem(scheme, kept);
  if (problem === undefined) return kept;
  throw new UsageError(`${from}: no secret of the scheme ${scheme}: ${problem}`);
}

interface OfTarget {
  readonly url: string;
  readonly scheme: SignatureScheme;
  readonly secrets: readonly Given[];
  /** Their names. */
  readonly headers: readonly string[];
  readonly timeoutSeconds: number | undefined;
  readonly wanted: readonly OptionalId[];
}

/** @throws CommandError for one that this command can't stand in for */
async function targetOf(api: Posthorn, id: string, signal: AbortSignal): Promise<OfTarget> {
  const [target, { items }] = await Promise.all([
    api.getTarget({ id }, { signal }),
    api.getSecrets({ id }, { signal }),
  ]);
  const { url, kind = 'webhook', signature: scheme = 'standard', headers = {}, timeoutSeconds } = target;
  if (kind !== 'webhook' || url === undefined)
    throw new CommandError(`${id} is of kind ${kind}: expected a webhook`);
  if (scheme === 'ed25519')
    throw new CommandError(`${id} signs with ed25519, and its private key is never shown`, {
      hint: `\`posthorn targets test ${id}\` sends it a signed event. To check the endpoint, let it verify with a key pair of your own: --scheme ed25519`,
    });
  return {
    url,
    scheme,
    secrets: items.flatMap(({ secret }) => (secret === undefined ? [] : [{ text: secret, from: id }])),
    headers: Object.keys(headers).map((name) => name.toLowerCase()),
    timeoutSeconds,
    wanted: [
      ...(target.challengeRequired ? (['challenge'] as const) : []),
      ...(target.batching ? (['batch'] as const) : []),
    ],
  };
}

function headersIn({ header = [] }: Values): Record<string, string> {
  return Object.fromEntries(
    (header as readonly string[]).map((line) => {
      const { name, value } = readLine(line);
      const problem = customHeaderProblem(name, value);
      if (problem !== undefined) throw new UsageError(`--header ${name}: ${problem}`);
      return [name.toLowerCase(), value];
    }),
  );
}

function readLine(line: string): { name: string; value: string } {
  try {
    return readHeader(line);
  } catch (error) {
    if (error instanceof CaptureError) throw new UsageError(error.message);
    throw error;
  }
}

/** Type and payload of the events: of the command line, of the catalogue, or of our own. */
async function contentOf(
  context: Context,
  { type: named, data, target }: Values,
  at: number,
): Promise<Pick<Sender, 'type' | 'payload'>> {
  const type = (named as string | undefined) ?? CHECK_TYPE;
  const problem = eventTypeProblem(type);
  if (problem !== undefined) throw new UsageError(`--type: ${problem}, got ${JSON.stringify(type)}`);
  if (typeof data === 'string') return { type, payload: await jsonBytes(context, data) };
  const isAsked = named !== undefined && (target !== undefined || context.options.profile !== undefined);
  if (!isAsked) return { type, payload: checkPayload(type, at) };
  const sample = await sampleOf(await context.api(), type, context.io.signal);
  return { type, payload: Buffer.from(JSON.stringify(sample)) };
}

/** Bytes as they were written, which have to be JSON. */
async function jsonBytes({ io }: Context, data: string): Promise<Buffer> {
  const bytes = await bytesOf(io, data);
  try {
    JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new UsageError(
      `--data: expected JSON, @file with JSON, or - for stdin: ${(error as Error).message}`,
    );
  }
  return bytes;
}

function maxBytesOf({ maxBytes = String(MOST_BYTES) }: Values): number {
  const bytes = Number(maxBytes);
  if (Number.isInteger(bytes) && bytes >= 1 && bytes <= MOST_BYTES) return bytes;
  throw new UsageError(
    `--max-bytes: expected a whole number from 1 to ${MOST_BYTES}, got ${JSON.stringify(maxBytes)}`,
  );
}

const selectionOf = ({ only, skip, with: given }: Values, ofTarget: readonly OptionalId[]): Selection => ({
  only: new Set(only as readonly CheckId[] | undefined),
  skip: new Set(skip as readonly CheckId[] | undefined),
  wanted: new Set([...((given as readonly OptionalId[] | undefined) ?? []), ...ofTarget]),
});
