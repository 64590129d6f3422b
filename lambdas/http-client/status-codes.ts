import { STATUS_CODES } from 'node:http';

/** RFC 9110, 15.5.11; Standard Webhooks: the target is to be disabled. */
export const GONE = 410;

/** 429 Too Many Requests and 503 Service Unavailable say when to come back (RFC 6585, 4; RFC 9110, 15.6.4). */
export const HEEDED = new Set<number | undefined>([429, 503]);

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** 408 Request Timeout, 425 Too Early and 429 Too Many Requests ask for another try (RFC 9110, 8470, 6585). */
const PASSING_4XX = new Set([408, 425, 429]);

export const isPermanent = (status: number): boolean =>
  status >= 400 && status < 500 && !PASSING_4XX.has(status);

/** Whether a status code has a name of its own (IANA's registry, as Node.js has it). */
export const isNamed = (status: number): boolean => status in STATUS_CODES;
