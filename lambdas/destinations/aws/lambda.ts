import type { AwsVerdict } from './answers.ts';
import { type AwsSettings, awsKind, resourceOf } from './aws-kind.ts';
import { type Format, jsonFor, refuseBeyond } from './contents.ts';

interface Settings extends AwsSettings {
  /** With or without a version or an alias. */
  readonly functionArn: string;
  /** `sync`: it arrived when the function has ended well. `async`: when Lambda has taken it. */
  readonly invocation?: 'sync' | 'async';
  readonly format?: Format;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LIMITS = { sync: 6 * 1_048_576, async: 1_048_576 } as const;

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const lambda = awsKind<Settings>({
  kind: 'lambda',
  service: 'lambda',
  host: 'lambda',
  override: 'LAMBDA',
  action: 'lambda:InvokeFunction',
  resource: ({ functionArn }) => resourceOf(functionArn),
  request(making) {
    const { functionArn, invocation = 'sync', format = 'envelope' } = making.settings;
    const body = jsonFor(making, format);
    refuseBeyond(Buffer.byteLength(body), LIMITS[invocation], `an ${invocation} invocation`);
    return {
      path: `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`,
      headers: {
        'content-type': 'application/json',
        'x-amz-invocation-type': invocation === 'async' ? 'Event' : 'RequestResponse',
      },
      body,
    };
  },
  read: ({ answer = '', headers = {} }) => functionError(headers['x-amz-function-error'], answer),
});

/** A function that fails does so in an answer of 200. It may do better the next time, as an endpoint that answers 500. */
function functionError(error: string | undefined, answer: string): AwsVerdict | undefined {
  if (error === undefined) return undefined;
  const { errorType, errorMessage } = objectIn(answer);
  const said = [errorType, errorMessage].filter((part) => typeof part === 'string').join(': ');
  return { means: 'retry', detail: `the function failed (${error})${said && `: ${said}`}` };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
