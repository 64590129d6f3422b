import type { LocalAnswer, RelayedRequest } from './messages.ts';
import { answerText } from './messages.ts';

/** What the requests of a listener need of the world. */
export interface RequestDeps {
  /** Says it over the present connection. @returns false where there is none */
  send(text: string): boolean;
  /** Gets an answer of the developer's server, or says why there is none. */
  answer(request: RelayedRequest): Promise<LocalAnswer>;
}

/** As many as the server has under way for a listener, twice. */
const AT_ONCE = 20;
/** A request is posted again within its 15 seconds. */
const REMEMBERED = 500;

/**
 * Answers each request once. One that comes again, over a new connection, gets the answer that it had: the first may have been
 * lost with the connection.
 */
export class Requests {
  private readonly deps: RequestDeps;
  /** By id; undefined while it is under way. */
  private readonly answers = new Map<string, string | undefined>();
  private readonly queue: RelayedRequest[] = [];
  private underWay = 0;
  private idle: (() => void)[] = [];

  constructor(deps: RequestDeps) {
    this.deps = deps;
  }

  take(request: RelayedRequest): void {
    const { id } = request;
    if (this.answers.has(id)) {
      const known = this.answers.get(id);
      if (known !== undefined) this.deps.send(known);
      return;
    }
    this.answers.set(id, undefined);
    this.forgetOld();
    this.queue.push(request);
    this.next();
  }

  /** Ends when none is under way. */
  settled(): Promise<void> {
    return this.underWay === 0 ? Promise.resolve() : new Promise((resolve) => this.idle.push(resolve));
  }

  private next(): void {
    if (this.underWay >= AT_ONCE) return;
    const request = this.queue.shift();
    if (!request) return;
    this.underWay++;
    void this.run(request).finally(() => {
      this.underWay--;
      this.next();
      if (this.underWay > 0) return;
      for (const done of this.idle.splice(0)) done();
    });
  }

  private async run(request: RelayedRequest): Promise<void> {
    const answer = await this.deps.answer(request).catch((error: Error) => ({ error: error.message }));
    const text = answerText(request.id, answer);
    this.answers.set(request.id, text);
    this.deps.send(text);
  }

  /** The oldest first, as a map keeps them; those under way stay. */
  private forgetOld(): void {
    for (const [id, answer] of this.answers) {
      if (this.answers.size <= REMEMBERED) return;
      if (answer !== undefined) this.answers.delete(id);
    }
  }
}
