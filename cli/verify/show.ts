import type { Colours } from '../output/colours.ts';
import { safeText } from '../output/safe-text.ts';
import type { BodyDifference } from './compare.ts';
import type { Verdict } from './judge.ts';
import { duration } from './problems.ts';
import type { Comparison } from './sent.ts';

/** A verdict for people. @param at when the request arrived */
export function verdictText(
  { verifies, scheme, key, webhookId, signedAt, problems, notes }: Verdict,
  comparison: Comparison | undefined,
  at: number,
  colours: Colours,
): string {
  const mark = verifies ? colours.green('✓') : colours.red('✗');
  const facts: [string, string | undefined][] = [
    ['event', webhookId],
    ['scheme', scheme],
    ['key', key && `${key.id} (${key.from})`],
    ['signed', signedAt && `${signedAt}, ${ago(Date.parse(signedAt), at)}`],
    ['sent', comparison?.attempt && sentText(comparison.attempt)],
  ];
  return [
    `${mark} ${verifies ? 'The request verifies.' : 'The request does not verify.'}`,
    ...facts.flatMap(([name, text]) =>
      text === undefined || text === '' ? [] : [`  ${colours.dim(name.padEnd(8))}${safeText(text)}`],
    ),
    ...problems.flatMap(({ message, advice }, i) => [
      '',
      `${colours.red('✗')} ${safeText(message)}`,
      // What helps against several is said once.
      ...(problems[i + 1]?.advice === advice ? [] : [`  ${safeText(advice)}`]),
    ]),
    ...notes.flatMap(({ message }) => ['', `${colours.yellow('!')} ${safeText(message)}`]),
    ...(comparison ? ['', ...comparisonLines(comparison, colours)] : []),
  ].join('\n');
}

const ago = (signed: number, at: number): string => {
  const seconds = Math.round((at - signed) / 1000);
  if (seconds === 0) return 'as it arrived';
  return seconds > 0 ? `${duration(seconds)} before it arrived` : `${duration(-seconds)} after it arrived`;
};

const sentText = ({ deliveryId, number, targetId, at, keyIds }: NonNullable<Comparison['attempt']>): string =>
  `${at}, attempt ${number} of ${deliveryId}${targetId === undefined ? '' : ` to ${targetId}`}, by key ${keyIds.join(' and ')}`;

function comparisonLines({ body, headers, attempt, eventIds }: Comparison, colours: Colours): string[] {
  const ofBody = body ? differenceLines(body, colours) : ['The body is as it was sent, byte for byte.'];
  const ofEvent =
    body && eventIds.length > 1
      ? [`Of the ${eventIds.length} events, ${safeText(body.eventId)} differs:`]
      : [];
  const ofHeaders = headers.flatMap(({ name, sent, got }) => [
    `${colours.dim('sent')}  ${safeText(`${name}: ${sent}`)}`,
    `${colours.dim('got ')}  ${safeText(got.length === 0 ? `no ${name}` : got.map((value) => `${name}: ${value}`).join(' · '))}`,
  ]);
  const unknown = attempt
    ? []
    : [
        'No attempt with this webhook-timestamp is known: requests are kept of the last three attempts of a delivery.',
      ];
  return [...ofEvent, ...ofBody, ...ofHeaders, ...unknown];
}

/** Both surroundings, and where they part. */
export function differenceLines({ at, sent, got }: BodyDifference, { dim, green, red }: Colours): string[] {
  return [
    `${dim('sent')}  ${sent.before}${green(sent.after)}`,
    `${dim('got ')}  ${got.before}${red(got.after)}`,
    `      ${' '.repeat([...got.before].length)}${dim(`^ byte ${at}`)}`,
  ];
}
