import { DEATH_REASONS, WAIT_REASONS } from '../../lambdas/delivery/delivery.ts';
import { ERROR_CLASSES } from '../../lambdas/http-client/error-class.ts';
import { code, table } from '../pages/table.ts';
import { ERROR_CODES } from './error-codes.ts';

const links = (names: readonly string[]): string => names.map(code).join(', ');

/** docs/errors.md: what the API refuses with, and by what names deliveries fail. */
export function errorsPage(): string {
  const rows = Object.entries(ERROR_CODES).map(([name, { status, when, remedy }]) => [
    String(status),
    code(name),
    when,
    remedy,
  ]);
  return `# Errors

An error of the API is \`{"error", "message", "field"?, "problems"?, "timestamp"}\`, with the right status. \`error\` is stable and for
programs, \`message\` says what was expected, and \`field\` where. [The API](api.md#errors) shows them at work, and
[troubleshooting](troubleshooting.md) begins with what you see.

## Of the API

${table(['status', '`error`', 'when', 'what to do'], rows)}
API Gateway's own refusals are \`{"message": …}\` alone: 401 without a key, 403 with one that is not known, 400 for a path that
can't be decoded, 413 for a body over 10 MB, and 429 for too many requests.

## Of an attempt

An attempt that got no answer has \`error\` in place of a status: ${links(ERROR_CLASSES)}.
[Answers](delivery.md#answers) says what each means, and what becomes of the delivery.

## Of a dead letter

A dead letter says why by \`reason\`: ${links(DEATH_REASONS)}.
[The life of a delivery](delivery.md#the-life-of-a-delivery) explains each.

## Of a delivery that waits

A parked delivery says for what by \`waitingFor\`: ${links(WAIT_REASONS)}.
[The same page](delivery.md#the-life-of-a-delivery) explains each.
`;
}
