import type { AwsAnswer } from './transport.ts';

/** A service's refusal, or a fault of its own; with a status of success, an answer that is no JSON. */
export class AwsError extends Error {
  /** As the service's API reference has it, such as `ConditionalCheckFailedException`. */
  override readonly name: string;
  readonly status: number;
  /** SQS's code of the same error in its older protocol, such as `InvalidParameterValue`. */
  readonly queryCode: string | undefined;

  constructor({ status, headers, body }: AwsAnswer) {
    const said = body.trimStart().startsWith('<') ? readXml(body) : read(body);
    const type = said.__type ?? said.code ?? headers['x-amzn-errortype'];
    const name = typeof type === 'string' ? codeOf(type) : 'UnknownError';
    super(firstLine(String(said.message ?? said.Message ?? `${name}, status ${status}`)));
    this.name = name;
    this.status = status;
    this.queryCode = headers['x-amzn-query-error']?.split(';')[0]?.split('.').at(-1);
  }
}

/** What is wrong with a signature is explained by the whole request, session token included. It is not for the logs. */
const firstLine = (text: string): string => text.split('\n', 1)[0]!;

/** What answers in a service's place, such as a proxy, may not speak JSON. */
function read(body: string): Readonly<Record<string, unknown>> {
  try {
    const said: unknown = JSON.parse(body);
    return typeof said === 'object' && said !== null ? { ...said } : {};
  } catch {
    return {};
  }
}

/** The older protocols: `<Error><Code>…</Code><Message>…</Message></Error>`, inside of whatever. */
const readXml = (xml: string): Readonly<Record<string, unknown>> => ({
  code: textIn(xml, 'Code'),
  message: textIn(xml, 'Message'),
});

/** The text of the first element of this name, as it stands. */
export function textIn(xml: string, element: string): string | undefined {
  const start = xml.indexOf(`<${element}>`);
  const end = xml.indexOf(`</${element}>`, start);
  return start === -1 || end === -1 ? undefined : xml.slice(start + element.length + 2, end);
}

/** `com.amazonaws.dynamodb.v20120810#Throttling` and `Throttling:http://…` both have the code Throttling. */
const codeOf = (type: string): string => type.replace(/^.*#/, '').replace(/:.*$/s, '');

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const THROTTLING: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

const TRANSIENT = new Set(['RequestTimeout', 'RequestTimeoutException']);

/** Connections that broke, or did not come about: a name is looked up anew for each. */
const BROKEN_CONNECTIONS = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** The request was on its way for minutes, as when its environment stood still. Another try is signed anew. */
const isLate = ({ name, message }: AwsError): boolean =>
  name === 'InvalidSignatureException' && message.startsWith('Signature expired');

/** Whether a service has this code for requests that come too fast. */
export const isThrottling = (code: string): boolean => THROTTLING.has(code);

/** Whether the same request may do better, and how soon. */
export type Hope = 'none' | 'soon' | 'once it is less busy';

export function hopeAfter(error: unknown): Hope {
  if (error instanceof AwsError) {
    const { name, queryCode = name, status } = error;
    if (status === 429 || THROTTLING.has(name) || THROTTLING.has(queryCode)) return 'once it is less busy';
    const isTransient = status >= 500 || status < 300 || TRANSIENT.has(name) || isLate(error);
    return isTransient ? 'soon' : 'none';
  }
  return BROKEN_CONNECTIONS.has(String((error as { code?: unknown } | undefined)?.code)) ? 'soon' : 'none';
}
