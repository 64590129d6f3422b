import type { Posthorn } from '../posthorn.ts';
import type { ConsumeSettings, Message, Work } from './settings.ts';

interface BatchSettings extends ConsumeSettings {
  readonly leaseSeconds: number;
}

const MOST_DELAY_SECONDS = 15 * 60;

const delayAfter = ({ attempt }: Message): number => Math.min(MOST_DELAY_SECONDS, 2 ** Math.min(attempt, 10));

/** Messages that were fetched together, until each is acknowledged or given back. */
export class Batch {
  readonly #posthorn: Pick<Posthorn, 'call'>;
  readonly #settings: BatchSettings;
  /** Not begun yet, the next first. */
  readonly #left: Message[];
  /** Under way. */
  readonly #busy = new Set<Message>();
  #done: Message[] = [];
  #isStopped = false;

  constructor(posthorn: Pick<Posthorn, 'call'>, settings: BatchSettings, messages: readonly Message[]) {
    this.#posthorn = posthorn;
    this.#settings = settings;
    this.#left = [...messages];
  }

  /** Never throws: what can't be acknowledged or given back comes again when its lease is over. */
  async run(work: Work): Promise<void> {
    const { leaseSeconds, parallel = 1 } = this.#settings;
    const timer = setInterval(() => void this.#keep(), (leaseSeconds * 1000) / 2);
    try {
      await Promise.all(Array.from({ length: Math.max(1, parallel) }, () => this.#workOn(work)));
    } finally {
      clearInterval(timer);
    }
    await this.#acknowledge();
    await this.#release(this.#left, 0);
  }

  async #workOn(work: Work): Promise<void> {
    const { signal, inOrder, delaySeconds = delayAfter, onError } = this.#settings;
    while (!signal?.aborted && !this.#isStopped) {
      const message = this.#left.shift();
      if (!message) return;
      this.#busy.add(message);
      try {
        await work(message);
        this.#done.push(message);
      } catch (error) {
        onError?.(error, message);
        this.#isStopped ||= inOrder === true;
        await this.#release([message], delaySeconds(message, error));
      } finally {
        this.#busy.delete(message);
      }
    }
  }

  /** Half of each lease is over: what is done is acknowledged, and all else kept. */
  async #keep(): Promise<void> {
    const { id, leaseSeconds } = this.#settings;
    await this.#acknowledge();
    const receipts = receiptsOf([...this.#busy, ...this.#left]);
    await this.#try(
      () => this.#posthorn.call('extendMessages', { id, body: { receipts, leaseSeconds } }),
      receipts,
    );
  }

  async #acknowledge(): Promise<void> {
    const receipts = receiptsOf(this.#done);
    this.#done = [];
    const { id } = this.#settings;
    await this.#try(() => this.#posthorn.call('acknowledgeMessages', { id, body: { receipts } }), receipts);
  }

  async #release(messages: readonly Message[], delaySeconds: number): Promise<void> {
    const receipts = receiptsOf(messages);
    const { id } = this.#settings;
    const body = { receipts, delaySeconds: Math.round(Math.max(0, delaySeconds)) };
    await this.#try(() => this.#posthorn.call('releaseMessages', { id, body }), receipts);
  }

  /** Without the signal: what is done has to be acknowledged, also at the end. */
  async #try(call: () => PromiseLike<unknown>, receipts: readonly string[]): Promise<void> {
    if (receipts.length === 0) return;
    try {
      await call();
    } catch (error) {
      this.#settings.onError?.(error);
    }
  }
}

const receiptsOf = (messages: readonly Message[]): string[] => messages.map(({ receipt }) => receipt);
