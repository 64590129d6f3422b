import { invalid } from '../http/errors.ts';

/** A span of time, in milliseconds since the epoch: from the one, and before the other. */
export interface TimeSpan {
  readonly from?: number;
  readonly to?: number;
}

/** The span that a request asks for. @throws ApiError when it ends before it begins */
export function spanOf({ from, to }: { from?: string | undefined; to?: string | undefined }): TimeSpan {
  const span = {
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
  };
  if (span.from !== undefined && span.to !== undefined && span.from > span.to) {
    throw invalid('expected a time before `to`', 'from');
  }
  return span;
}
