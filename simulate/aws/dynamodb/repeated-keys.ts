interface Batches {
  readonly RequestItems?: Readonly<
    Record<string, readonly Request[] | { readonly Keys?: readonly Attributes[] }>
  >;
}

interface Request {
  readonly PutRequest?: { readonly Item: Attributes };
  readonly DeleteRequest?: { readonly Key: Attributes };
}

type Attributes = Readonly<Record<string, unknown>>;

/** Why DynamoDB refuses a batch that names a key of our tables twice; undefined for any other request. */
export function repeatedKeys({ RequestItems = {} }: Batches): string | undefined {
  for (const batch of Object.values(RequestItems)) {
    const keys = keysOf(batch).map((key) => JSON.stringify([key?.pk, key?.sk]));
    if (new Set(keys).size < keys.length) return 'Provided list of item keys contains duplicates';
  }
  return undefined;
}

const keysOf = (
  batch: readonly Request[] | { readonly Keys?: readonly Attributes[] },
): readonly (Attributes | undefined)[] =>
  'Keys' in batch
    ? (batch.Keys ?? [])
    : (batch as readonly Request[]).map(
        ({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key,
      );
