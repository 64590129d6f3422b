/// <reference lib="esnext.disposable" preserve="true" />
import { PosthornError } from '../errors.ts';
import { jsonOf, withId } from '../json.ts';
import { randomId } from '../random-id.ts';
import type { Schemas } from '../types.ts';
import { bodyOf, countOfBatch, isFull } from './batch.ts';
import { type Chosen, chosen, type PublisherSettings } from './settings.ts';
import { type Published, type Sorted, sortFailure, sortResults, type Verdict } from './verdicts.ts';

export type NewEvent = Schemas['NewEvent'];

/** What became of one event of several. */
export type Outcome = { readonly id: string; readonly warnings?: string[] } | { readonly error: unknown };

/** Sends the body of a batch, repeating it as long as that may help. */
export type SendBatch = (body: Uint8Array, signal: AbortSignal) => Promise<Schemas['PublishedEvents']>;

const newId = (): string => `pub_${randomId()}`;

interface Entry {
  readonly bytes: Uint8Array;
  /** Grows with each event. */
  readonly number: number;
  /** By the clock of `performance`. */
  readonly since: number;
  settle(verdict: Verdict): void;
}

/**
 * Publishes events in batches. Each has an id before it is sent, so that a request that is repeated publishes nothing
 * twice. Nothing is dropped: the promise of each event settles, with its id or with what became of it.
 */
export class Publisher implements AsyncDisposable {
  readonly #send: SendBatch;
  readonly #settings: Chosen;
  readonly #ending = new AbortController();
  /** To be sent next, in their order. */
  readonly #queue: Entry[] = [];
  /** Beyond the memory that may be used: they enter when there is room. */
  readonly #outside: Entry[] = [];
  readonly #unsettled = new Set<Promise<Published>>();
  #pendingBytes = 0;
  #running = 0;
  #count = 0;
  /** Events up to this number wait for no others. */
  #due = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  #roomWanted: (() => void)[] = [];

  constructor(send: SendBatch, settings: PublisherSettings = {}) {
    this.#send = send;
    this.#settings = chosen(settings);
  }

  /**
   * Publishes an event with others that are published at about the same time. It is read at once: what is changed in it
   * later is not sent.
   * @returns when it has been accepted
   * @throws ApiError that says what is wrong with it; ConnectionError, TimeoutError or ServerError where it was repeated in
   *   vain, and may have been accepted
   */
  publish(event: NewEvent): Promise<Published> {
    return this.#publishOne(() => jsonOf({ ...event, id: event.id ?? newId() }));
  }

  /**
   * Publishes an event that is JSON already. Its payload is sent as it is written: each digit of a number, each space.
   * @throws SyntaxError where it is no JSON
   */
  publishJson(json: string): Promise<Published> {
    return this.#publishOne(() => withId(json, newId));
  }

  /** @param write its JSON; what it throws, the promise rejects with */
  #publishOne(write: () => string): Promise<Published> {
    const settled = new Promise<Published>((resolve, reject) => {
      if (this.#isClosed) throw new PosthornError('the publisher is closed');
      this.#enter({
        bytes: new TextEncoder().encode(write()),
        number: ++this.#count,
        since: performance.now(),
        settle: (verdict) => {
          if (verdict.kind === 'accepted') resolve(verdict.published);
          else reject(verdict.error);
        },
      });
    });
    this.#unsettled.add(settled);
    const forget = () => this.#unsettled.delete(settled);
    settled.then(forget, forget);
    return settled;
  }

  /** Publishes several. @returns what became of each, in their order; it never rejects for one of them */
  publishBatch(events: readonly NewEvent[]): Promise<Outcome[]> {
    return Promise.all(events.map((event) => this.publish(event).catch((error: unknown) => ({ error }))));
  }

  /** Waits until there is room for another event. Whoever publishes without awaiting each awaits this before each. */
  ready(): Promise<void> {
    if (this.#isReady()) return Promise.resolve();
    return new Promise((resolve) => this.#roomWanted.push(resolve));
  }

  /** Sends what waits, at once. @returns when everything that was published before has settled, one way or the other */
  async flush(): Promise<void> {
    this.#due = this.#count;
    this.#pump();
    await Promise.allSettled(this.#unsettled);
  }

  /**
   * Takes no more events, and flushes.
   * @param signal ends it: what has not been accepted by then rejects with the signal's reason
   */
  async close({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    this.#isClosed = true;
    const end = () => this.#end(signal?.reason);
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end, { once: true });
    await this.flush();
    signal?.removeEventListener('abort', end);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #end(reason: unknown): void {
    this.#ending.abort(reason);
    for (const entry of [...this.#queue.splice(0), ...this.#outside.splice(0)]) {
      entry.settle({ kind: 'refused', error: reason });
    }
    for (const go of this.#roomWanted.splice(0)) go();
  }

  #enter(entry: Entry): void {
    if (this.#outside.length > 0 || !this.#hasRoom(entry.bytes.length)) {
      this.#outside.push(entry);
      // Whoever is outside is let in by those who leave. They have to leave.
      this.#due = this.#count;
    } else {
      this.#pendingBytes += entry.bytes.length;
      this.#queue.push(entry);
    }
    this.#pump();
  }

  #isReady(): boolean {
    return this.#isClosed || (this.#outside.length === 0 && this.#hasRoom(0));
  }

  /** A single event may be larger than all that may be pending. */
  #hasRoom(bytes: number): boolean {
    return this.#pendingBytes === 0 || this.#pendingBytes + bytes < this.#settings.maxPendingBytes;
  }

  #leave(entries: readonly Entry[]): void {
    for (const { bytes } of entries) this.#pendingBytes -= bytes.length;
    while (this.#outside.length > 0 && this.#hasRoom(this.#outside[0]!.bytes.length)) {
      const entry = this.#outside.shift()!;
      this.#pendingBytes += entry.bytes.length;
      this.#queue.push(entry);
    }
    if (this.#isReady()) for (const go of this.#roomWanted.splice(0)) go();
  }

  /** Sends what is to be sent now, and comes back when more will be. */
  #pump(): void {
    while (this.#running < this.#settings.concurrency && this.#isDue()) {
      const batch = this.#queue.splice(0, countOfBatch(this.#queue, this.#settings));
      this.#running++;
      void this.#publish(batch).finally(() => {
        this.#running--;
        this.#leave(batch);
        this.#pump();
      });
    }
    const [first] = this.#queue;
    if (first && this.#running < this.#settings.concurrency) this.#comeBack(this.#waitOf(first));
  }

  #comeBack(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#pump();
    }, ms);
  }

  #isDue(): boolean {
    const [first] = this.#queue;
    if (!first) return false;
    return first.number <= this.#due || isFull(this.#queue, this.#settings) || this.#waitOf(first) <= 0;
  }

  #waitOf({ since }: Entry): number {
    return since + this.#settings.maxWaitMs - performance.now();
  }

  /** Settles each of the entries. It never rejects. */
  async #publish(entries: readonly Entry[]): Promise<void> {
    const { known, again } = await this.#ask(entries);
    for (const [place, verdict] of known) entries[place]!.settle(verdict);
    for (const places of again) await this.#publish(places.map((place) => entries[place]!));
  }

  async #ask(entries: readonly Entry[]): Promise<Sorted> {
    try {
      return sortResults(entries.length, await this.#send(bodyOf(entries), this.#ending.signal));
    } catch (error) {
      return sortFailure(entries.length, error);
    }
  }
}
