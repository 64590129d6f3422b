import type { Colours } from '../output/colours.ts';
import { safeText } from '../output/safe-text.ts';
import { CHECK_IDS } from './check-ids.ts';
import type { Report, Result } from './examine.ts';

/** Results for people. Pure. */

const WIDTH = Math.max(...CHECK_IDS.map(({ length }) => length)) + 2;

/** Where a check is described. */
export const pageOf = (id: Result['id']): string => `docs/endpoint-checklist.md#${id}`;

/** A check in a line; with what to do beneath where it does not hold. */
export function resultText({ id, level, status, seen, expected, advice }: Result, colours: Colours): string {
  const mark = {
    pass: colours.green('✓'),
    warn: colours.yellow('!'),
    fail: colours.red('✗'),
    skip: colours.dim('–'),
  }[status];
  const text = status === 'skip' ? colours.dim(safeText(seen)) : safeText(seen);
  return [
    `${mark} ${id.padEnd(WIDTH)}${colours.dim(level.padEnd(8))}${text}`,
    ...(status === 'warn' || status === 'fail' ? [`    Expected: ${expected}.`] : []),
    ...(advice ? [`    ${safeText(advice)}`] : []),
    ...(status === 'warn' || status === 'fail' ? [`    ${colours.dim(pageOf(id))}`] : []),
  ].join('\n');
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Checks that were not made, by the reason. */
export function voidText(results: readonly Result[], colours: Colours): string {
  const left = results.filter(({ isVoid }) => isVoid);
  return [...new Set(left.map(({ seen }) => seen))]
    .map((why) => {
      const ids = left.filter(({ seen }) => seen === why).map(({ id }) => id);
      return colours.dim(`– Not made, since ${why}: ${ids.join(', ')}`);
    })
    .join('\n');
}

export function summaryText({ results, passes, requests }: Report, colours: Colours): string {
  const of = (status: Result['status']): Result[] => results.filter((one) => one.status === status);
  const [held, failed, better, skipped] = (['pass', 'fail', 'warn', 'skip'] as const).map(of);
  const notMade = skipped!.filter(({ isVoid }) => isVoid).length;
  const notTold = skipped!.length - notMade;
  const toImprove = `${better!.length} should be better: ${better!.map(({ id }) => id).join(', ')}`;
  const counts = [
    counted(held!.length, 'check holds', 'checks hold'),
    ...(failed!.length > 0 ? [counted(failed!.length, 'does not', 'do not')] : []),
    ...(notTold > 0 ? [`${notTold} can’t be told`] : []),
    ...(notMade > 0 ? [`${notMade} not made`] : []),
    // Of a good endpoint, the verdict says so.
    ...(!passes && better!.length > 0 ? [toImprove] : []),
  ].join(', ');
  const good = better!.length > 0 ? `✓ All musts hold; ${toImprove}.` : '✓ A good endpoint.';
  const verdict = passes ? colours.green(good) : colours.red('✗ Not a good endpoint yet.');
  return `${verdict} ${counts}. ${counted(requests, 'request', 'requests')}.`;
}
