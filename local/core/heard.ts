/** Messages and items of functions, as the emulators pass them on, for example to the narration. */
export type Heard =
  /** A function sent a message to a queue. */
  | { readonly kind: 'message'; readonly caller: string; readonly queue: string; readonly body: string }
  /** A function wrote an item. A write that its condition refused is left out. */
  | { readonly kind: 'item'; readonly caller: string; readonly item: Item };

export type Hear = (heard: Heard) => void;

/** An item as DynamoDB's API has it. */
export type Item = Readonly<Record<string, Attribute | undefined>>;

export interface Attribute {
  readonly S?: string;
  readonly N?: string;
  readonly BOOL?: boolean;
  readonly M?: Item;
}

interface SentBody {
  readonly QueueUrl?: string;
  readonly MessageBody?: string;
  readonly Entries?: readonly { readonly MessageBody?: string }[];
}

/** The messages in the body of SendMessage or SendMessageBatch. */
export function messagesIn(body: unknown, caller: string): Heard[] {
  const { QueueUrl = '', MessageBody, Entries = [{ MessageBody }] } = (body ?? {}) as SentBody;
  const queue = QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1);
  return Entries.flatMap((entry) =>
    entry.MessageBody === undefined
      ? []
      : ({ kind: 'message', caller, queue, body: entry.MessageBody } as const),
  );
}

interface WrittenBody {
  readonly Item?: Item;
  readonly RequestItems?: Readonly<
    Record<string, readonly { readonly PutRequest?: { readonly Item?: Item } }[]>
  >;
}

/** The items in the body of PutItem or BatchWriteItem. */
export function itemsIn(operation: string, body: unknown, caller: string): Heard[] {
  const { Item, RequestItems = {} } = body as WrittenBody;
  const put = operation === 'PutItem' ? [Item] : [];
  const puts = operation === 'BatchWriteItem' ? Object.values(RequestItems).flat() : [];
  return [...put, ...puts.map(({ PutRequest }) => PutRequest?.Item)].flatMap((item): Heard[] =>
    item ? [{ kind: 'item', caller, item }] : [],
  );
}
