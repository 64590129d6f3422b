import { keyIdOf, publicPartOf } from '../../lambdas/targets/signature.ts';
import type { Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { field } from '../output/columns.ts';
import { examine, probesOf, type Report, selected } from './examine.ts';
import { type Asked, askedFor } from './given.ts';
import { PROBES, requestOf, type Sender } from './probes.ts';
import { pageOf, resultText, summaryText, voidText } from './show.ts';

/** `posthorn check-endpoint`. */
export async function checkEndpoint(context: Context, args: Values, options: Values): Promise<ExitCode> {
  const asked = await askedFor(context, args, options);
  if (options.dryRun === true) return showPlan(context, asked);
  const { io, out } = context;
  if (!out.isJson) announce(context, asked);
  const report = await examine({
    ...asked,
    isSecretKnown: asked.from !== undefined,
    now: io.now,
    signal: io.signal,
    onResult: async (result) => {
      if (!out.isJson && !result.isVoid) await out.text(resultText(result, out.colours));
    },
  });
  if (out.isJson) await out.json(asJson(asked, report));
  else
    await out.text(
      [voidText(report.results, out.colours), '', summaryText(report, out.colours)]
        .filter((line, at) => at > 0 || line !== '')
        .join('\n'),
    );
  return codeOf(report);
}

/** Errors for which nothing of the endpoint itself is known. */
const OUT_OF_REACH: readonly Report['error'][] = ['dns', 'refused', 'unreachable'];

function codeOf({ passes, error }: Report): ExitCode {
  if (passes) return EXIT.ok;
  return OUT_OF_REACH.includes(error) ? EXIT.outOfReach : EXIT.refused;
}

/** What an endpoint has: the secret that both share, or the half of a key pair that verifies. */
const shownSecret = ({ scheme, secrets: [secret = ''] }: Sender): string =>
  publicPartOf(scheme, secret) ?? secret;

const keyIds = ({ scheme, secrets }: Sender): string[] => secrets.map((secret) => keyIdOf(scheme, secret));

function announce({ out }: Context, { sender, from, unsent }: Asked): void {
  const { url, scheme, secrets } = sender;
  const keys = `${secrets.length === 1 ? 'key' : 'keys'} ${keyIds(sender).join(' and ')}`;
  out.note(`POST ${url}, signed by ${scheme} with ${keys} (${from ?? 'made just now'})`);
  if (from === undefined) {
    out.warn('No secret was given. This one was made; the endpoint has to have it:');
    out.note(`  export POSTHORN_WEBHOOK_SECRET=${shownSecret(sender)}`);
  }
  if (unsent.length > 0)
    out.warn(
      `The API shows no values of headers, so these are not sent: ${unsent.join(', ')}. Give them with -H.`,
    );
  out.note('');
}

/** What would be sent. */
async function showPlan({ io, out }: Context, { sender, selection }: Asked): Promise<ExitCode> {
  const ids = selected(selection);
  const rows = probesOf(ids).map((probe) => {
    const { sends, drafts } = PROBES[probe];
    const made = drafts(sender);
    const [first] = made;
    return {
      sends,
      requests: made.length,
      type: first!.type,
      bytes: requestOf(sender, first!, io.now()).body.length,
    };
  });
  const { url, scheme } = sender;
  const ifRefused = 1 + PROBES.rewritten.drafts(sender).length;
  const requests = Math.max(
    ifRefused,
    rows.reduce((sum, row) => sum + row.requests, 0),
  );
  if (out.isJson) await out.json({ url, scheme, checks: ids, requests, sends: rows });
  const columns = ['sends', 'requests', 'type', 'bytes'].map((name) => field(name));
  await out.rows(columns, rows, 'Nothing would be sent.');
  out.note(`Up to ${requests} requests to ${url}. Nothing was sent.`);
  return EXIT.ok;
}

const asJson = ({ sender, from, unsent }: Asked, { results, passes, requests }: Report): object => ({
  url: sender.url,
  scheme: sender.scheme,
  keyIds: keyIds(sender),
  // Nobody else has it: it was made for this run.
  ...(from === undefined && { secret: shownSecret(sender) }),
  ...(unsent.length > 0 && { unsentHeaders: unsent }),
  passes,
  requests,
  checks: results.map((result) => ({ ...result, page: pageOf(result.id) })),
});
