import { signedRequest } from '../targets/request-headers.ts';
import { type Kind, OPTIONS } from './kind.ts';

/** A URL that gets signed requests, as Standard Webhooks has them. */
export const webhook: Kind = {
  takes: new Set(OPTIONS),
  secrets: [],
  request: ({ target, url, described, body, at }) => ({
    ...signedRequest(target, url, described, body, at),
    body,
  }),
};
