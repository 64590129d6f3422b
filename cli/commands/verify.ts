import type { Schemas } from '../../client/index.ts';
import { SIGNATURE_SCHEMES, type SignatureScheme } from '../../lambdas/targets/signature-schemes/names.ts';
import type { Command, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { fileBytes, readStdin } from '../routes/body.ts';
import { timeOf } from '../routes/times.ts';
import type { Captured } from '../verify/captured.ts';
import { givenSecrets, SECRET_VARIABLE } from '../verify/given-secrets.ts';
import { judge, type Question, type Verdict } from '../verify/judge.ts';
import type { Given } from '../verify/keys.ts';
import { CaptureError, readHeader, readHeaders, readRequest } from '../verify/read-captured.ts';
import { type Comparison, comparisonOf } from '../verify/sent.ts';
import { verdictText } from '../verify/show.ts';
import { withComparison } from '../verify/with-comparison.ts';

/** Seconds, as Standard Webhooks' libraries have it. */
const TOLERANCE = 300;

export const verifyCommand: Command = {
  words: 'verify',
  summary: 'Check the signature of a captured request, and say what is wrong with it.',
  description: `Takes the headers and the body as they were captured, byte for byte, and the secret of the endpoint: from a file, from ${SECRET_VARIABLE}, or with --target from the API. Nothing is sent anywhere unless --target or --compare asks the API, and no secret is shown. Ends with 0 when the request verifies, with 1 when it does not.`,
  options: [
    {
      flags: '--request <file>',
      description:
        'The whole request: HTTP as on the wire, an entry of HAR, or the event of a Lambda function. - is stdin.',
    },
    {
      flags: '--headers <file>',
      description: 'Its headers: lines, what curl -v prints, or JSON.',
    },
    { flags: '-H, --header <line...>', description: 'A header, as name: value. May be repeated.' },
    { flags: '--body <file>', description: 'Its body. - is stdin, as it is when left out.' },
    {
      flags: '--secret <secret...>',
      description: `Of the endpoint; whpk_… for ed25519. It stays in the history of a shell: rather use --secret-file or ${SECRET_VARIABLE}.`,
    },
    { flags: '--secret-file <file...>', description: 'A file with a secret.' },
    { flags: '--target <id>', description: 'Try the secrets of this target, from the API.' },
    {
      flags: '--scheme <scheme>',
      description: 'That the endpoint expects. What the headers have, when left out.',
      choices: SIGNATURE_SCHEMES,
    },
    {
      flags: '--at <time>',
      description: 'When the request arrived. What the capture says, or now, when left out.',
    },
    {
      flags: '--tolerance <seconds>',
      description: `How far its time may be off: ${TOLERANCE} when left out; none leaves the clock out.`,
    },
    {
      flags: '--compare',
      description: 'Compare with what was sent, by the API: shows the first byte that differs.',
    },
  ],
  examples: [
    ['posthorn verify --request captured.http --secret-file secret.txt', 'a whole request'],
    [
      'posthorn verify --headers headers.txt --secret-file secret.txt < body.json',
      'headers and body from two files',
    ],
    [
      'posthorn verify --request captured.http --target tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX --compare',
      'with the secrets of a target, and beside what was sent',
    ],
    [
      'posthorn verify --request captured.http --secret-file secret.txt --at 2026-11-28T12:00:00Z',
      'one that arrived then',
    ],
  ],
  run: verify,
};

async function verify(context: Context, _: Values, options: Values): Promise<ExitCode> {
  const { io } = context;
  const captured = await capturedFrom(context, options);
  const { headers, body = new Uint8Array() } = captured;
  const targetId = options.target as string | undefined;
  const own = await givenSecrets(io, options);
  const target = targetId === undefined ? undefined : await targetOf(context, targetId);
  if (own.length === 0 && !target)
    throw new UsageError(`expected a secret: --secret-file, ${SECRET_VARIABLE}, or --target with an id`);
  const scheme = (options.scheme as SignatureScheme | undefined) ?? target?.scheme;
  const at =
    typeof options.at === 'string' ? Date.parse(timeOf(options.at, io.now(), -1)) : (captured.at ?? io.now());
  const question: Question = {
    headers,
    body,
    secrets: own.length > 0 ? own : target!.secrets,
    known: target?.secrets ?? [],
    ...(scheme && { scheme }),
    at,
    tolerance: toleranceOf(options.tolerance),
  };
  const judged = judge(question);
  const comparison =
    options.compare === true
      ? await comparisonOf({ api: await context.api(), headers, body, targetId, signal: io.signal })
      : undefined;
  const verdict = comparison ? withComparison(judged, comparison) : judged;
  await say(context, verdict, comparison, at);
  return verdict.verifies ? EXIT.ok : EXIT.refused;
}

async function say(
  { out }: Context,
  verdict: Verdict,
  comparison: Comparison | undefined,
  at: number,
): Promise<void> {
  if (out.isJson) return out.json({ ...verdict, ...(comparison && { comparison }) });
  await out.text(verdictText(verdict, comparison, at, out.colours));
}

function toleranceOf(given: unknown): number | undefined {
  if (given === undefined) return TOLERANCE;
  if (given === 'none') return undefined;
  if (typeof given === 'string' && /^\d{1,9}$/.test(given)) return Number(given);
  throw new UsageError(`--tolerance: expected seconds, or none, got ${JSON.stringify(given)}`);
}

async function capturedFrom(context: Context, options: Values): Promise<Captured> {
  const { io } = context;
  const file = async (name: string): Promise<Buffer | undefined> =>
    typeof options[name] === 'string' ? fileBytes(io, options[name]) : undefined;
  try {
    const whole = await file('request');
    const head = await file('headers');
    const request = whole && readRequest(whole);
    const read = head && readHeaders(head.toString('utf8'));
    const lines = ((options.header as readonly string[] | undefined) ?? []).map(readHeader);
    if (!request && !read && lines.length === 0)
      throw new UsageError('expected a captured request: --request, or --headers and --body');
    const body = (await file('body')) ?? request?.body ?? read?.body ?? (await readStdin(io));
    const at = request?.at ?? read?.at;
    return {
      headers: [...(request?.headers ?? []), ...(read?.headers ?? []), ...lines],
      body,
      ...(at !== undefined && { at }),
    };
  } catch (error) {
    if (error instanceof CaptureError) throw new UsageError(error.message);
    throw error;
  }
}

async function targetOf(
  context: Context,
  id: string,
): Promise<{ secrets: Given[]; scheme: SignatureScheme }> {
  const api = await context.api();
  const { signal } = context.io;
  const [target, { items }] = await Promise.all([
    api.getTarget({ id }, { signal }),
    api.getSecrets({ id }, { signal }),
  ]);
  return {
    scheme: target.signature ?? 'standard',
    secrets: items.flatMap(({ secret, publicKey, expiresAt }: Schemas['Secrets']['items'][number]) => {
      const text = secret ?? publicKey;
      return text === undefined
        ? []
        : [{ text, from: id, ...(expiresAt !== undefined && { expiresAt: Date.parse(expiresAt) }) }];
    }),
  };
}
