import { type Answered, Call } from './call.ts';

/** A page of a list, as every list of the API has it. */
export interface Page<Row> {
  readonly items: readonly Row[];
  /** Of the page that follows; null on the last. */
  readonly next: string | null;
}

/** A list: a promise of its first page, and all its entries, page after page, for `for await`. */
export class Pages<Row, P = Page<Row>> extends Call<P> implements AsyncIterable<Row> {
  readonly #following: (cursor: string) => Promise<Answered<P>>;

  /**
   * @param first page, under way
   * @param following asks for the page of a cursor
   */
  constructor(first: Promise<Answered<P>>, following: (cursor: string) => Promise<Answered<P>>) {
    super(first);
    this.#following = following;
  }

  /** Page after page. Each is asked for when the one before has been used up. */
  async *pages(): AsyncGenerator<P, void, undefined> {
    for (let page: P | undefined = await this; page !== undefined; ) {
      yield page;
      const { next } = page as Page<Row>;
      page = next === null ? undefined : (await this.#following(next)).data;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    for await (const page of this.pages()) yield* (page as Page<Row>).items;
  }
}
