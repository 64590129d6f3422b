/** AWS's refusals, in the form of each protocol. */
import type { ServiceAnswer } from '../services/call.ts';

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** By the service's name in signatures. */
export function refusalAnswer(service: string, { status, code, message }: Refusal): ServiceAnswer {
  if (service === 's3')
    return xml(status, `<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`);
  if (service === 'sns' || service === 'sts') {
    const error = `<Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message>`;
    return xml(status, `<ErrorResponse><Error>${error}</Error></ErrorResponse>`);
  }
  if (service === 'lambda')
    return {
      status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
      body: JSON.stringify({ Type: 'User', message }),
    };
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ __type: `com.amazonaws.${service}#${code}`, message }),
  };
}

export const xml = (status: number, content: string): ServiceAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${content}`,
});

export const json = (body: object, headers: Readonly<Record<string, string>> = {}): ServiceAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.1', ...headers },
  body: JSON.stringify(body),
});

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
