import type { ErrorClass } from '../http-client/error-class.ts';

/** Why no request could be made. What it says is kept and shown: no credential, no payload. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  readonly why: Extract<ErrorClass, 'transform' | 'credentials' | 'unsendable' | 'timeout'>;

  constructor(why: RequestProblem['why'], message: string) {
    super(message);
    this.why = why;
  }
}
