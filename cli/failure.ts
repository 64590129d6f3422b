import {
  ApiError,
  AuthenticationError,
  ConnectionError,
  NotAllowedError,
  NotFoundError,
  PosthornError,
  PreconditionFailedError,
  RateLimitedError,
  ServerError,
  TimeoutError,
} from '../client/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** Something was typed that does not fit. The message says what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An end that the command itself has decided on, with what to do next. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, { code = EXIT.refused, hint }: { code?: ExitCode; hint?: string } = {}) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** What is said of an error, and what the process ends with. */
export interface Failure {
  readonly code: ExitCode;
  readonly message: string;
  /** Everything that is wrong, where it is more than one thing. */
  readonly details?: readonly string[];
  /** What to do next. */
  readonly hint?: string | undefined;
  /** For programs. */
  readonly kind: string;
  readonly field?: string | undefined;
}

/** @param subject the group of the command, such as `targets` @param words the command as it is typed */
export function failureOf(error: unknown, { subject, words }: { subject: string; words: string }): Failure {
  if (error instanceof UsageError)
    return {
      code: EXIT.usage,
      kind: 'usage',
      message: error.message,
      hint: `\`posthorn ${words} --help\` has all options and examples.`.replace('  ', ' '),
    };
  if (error instanceof CommandError)
    return { code: error.code, kind: 'refused', message: error.message, hint: error.hint };
  if (error instanceof ApiError) return apiFailure(error, subject);
  if (error instanceof TimeoutError || error instanceof ConnectionError)
    return {
      code: EXIT.outOfReach,
      kind: 'out_of_reach',
      message: error.message,
      hint: 'Is the address right, and is it running? `posthorn whoami` says which address is asked.',
    };
  if (error instanceof PosthornError)
    return { code: EXIT.refused, kind: 'refused', message: error.message, hint: undefined };
  return { code: EXIT.refused, kind: 'fault', ...ofSystem(error) };
}

/** A file that is not there is no fault of ours. */
function ofSystem(error: unknown): Pick<Failure, 'message' | 'hint'> {
  const { code, path, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return { message: `${path}: there is no such file` };
  if (code === 'EACCES') return { message: `${path}: this user may not read or write it` };
  if (code === 'EISDIR') return { message: `${path ?? 'the path'}: expected a file, and it is a folder` };
  const text = error instanceof Error ? message : String(error);
  return {
    message: text,
    hint: `This is a fault of the tool. ${stack?.split('\n')[1]?.trim() ?? ''}`.trim(),
  };
}

function apiFailure(error: ApiError, subject: string): Failure {
  const { field, kind, problems } = error;
  const several = problems.length > 1;
  return {
    ...nextStep(error, subject),
    kind: kind || `status_${error.status}`,
    message: field !== undefined && !several ? `${field}: ${error.message}` : error.message,
    field,
    ...(several && { details: problems.map((one) => [one.field, one.message].filter(Boolean).join(': ')) }),
  };
}

function nextStep(error: ApiError, subject: string): Pick<Failure, 'code' | 'hint'> {
  if (error instanceof AuthenticationError || (error instanceof NotAllowedError && error.kind === ''))
    return {
      code: EXIT.notAllowed,
      hint: 'The key is not accepted: `posthorn login` keeps another one, or set POSTHORN_KEY.',
    };
  if (error instanceof NotAllowedError)
    return {
      code: EXIT.notAllowed,
      hint: '`posthorn whoami` shows what the key may do. `posthorn keys create` makes one with other scopes.',
    };
  if (error instanceof NotFoundError) return { code: EXIT.notFound, hint: whatThereIs(subject) };
  if (error instanceof PreconditionFailedError)
    return {
      code: EXIT.refused,
      hint: 'Somebody has changed it meanwhile. Read it again, and repeat the change.',
    };
  if (error instanceof RateLimitedError)
    return { code: EXIT.outOfReach, hint: 'Too many requests at once. Wait a moment, and repeat it.' };
  if (error instanceof ServerError)
    return {
      code: EXIT.outOfReach,
      hint: '`posthorn health` shows whether its parts answer. Then repeat it.',
    };
  return { code: EXIT.refused, hint: undefined };
}

const LISTED = [
  'targets',
  'filters',
  'subscriptions',
  'event-types',
  'replays',
  'keys',
  'tenants',
  'alert-rules',
];

const whatThereIs = (subject: string): string =>
  LISTED.includes(subject)
    ? `\`posthorn ${subject} list\` shows what there is.`
    : 'Is the id right, and the profile? `posthorn whoami` shows whose data is asked for.';
