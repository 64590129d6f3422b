/** One request to an emulated service, whichever way it came, and its answer. */
import { accessKeyOf, signedRegion } from '../core/access.ts';

export interface ServiceCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer | string;
  /** Of the caller, from the signature; empty without one. */
  readonly accessKey: string;
  /** That the request is signed for, whose endpoint it would reach on AWS; empty without one. */
  readonly region: string;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** What an emulated service is to its callers. */
export interface Emulator {
  answer(call: ServiceCall): Promise<ServiceAnswer>;
}

/** A request whose signature names the caller. */
export function serviceCall(request: Omit<ServiceCall, 'accessKey' | 'region'>): ServiceCall {
  const { authorization } = request.headers;
  return { ...request, accessKey: accessKeyOf(authorization), region: signedRegion(authorization) };
}

/** The operation in the header `x-amz-target`; empty without one. */
export const operationOf = ({ headers }: ServiceCall): string => headers['x-amz-target']?.split('.')[1] ?? '';

/** The object in a call's body; undefined without one. */
export function jsonBody({ body }: Pick<ServiceCall, 'body'>): object | undefined {
  try {
    const content: unknown = JSON.parse(body.toString());
    return typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}

export function jsonAnswer(status: number, contentType: string, body: object): ServiceAnswer {
  return { status, headers: { 'content-type': contentType }, body: JSON.stringify(body) };
}
