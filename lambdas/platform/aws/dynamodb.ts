import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  BatchWriteCommandInput,
  BatchWriteCommandOutput,
  DeleteCommandInput,
  DeleteCommandOutput,
  GetCommandInput,
  GetCommandOutput,
  PutCommandInput,
  PutCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  UpdateCommandInput,
  UpdateCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { atHome } from '../home.ts';
import { type Typed, toPlain, toTyped, type Values } from './attribute-values.ts';
import { awsClient, type CallOptions } from './aws-client.ts';

const call = awsClient('dynamodb', atHome);

interface Given {
  readonly Key?: Values | undefined;
  readonly Item?: Values | undefined;
  readonly ExpressionAttributeValues?: Values | undefined;
  readonly ExclusiveStartKey?: Values | undefined;
}

/** The members of an input that hold values, typed. */
const typed = <Input extends Given>(input: Input): object => ({
  ...input,
  ...(input.Key && { Key: toTyped(input.Key) }),
  ...(input.Item && { Item: toTyped(input.Item) }),
  ...(input.ExpressionAttributeValues && {
    ExpressionAttributeValues: toTyped(input.ExpressionAttributeValues),
  }),
  ...(input.ExclusiveStartKey && { ExclusiveStartKey: toTyped(input.ExclusiveStartKey) }),
});

interface Got {
  readonly Item?: Typed;
  readonly Attributes?: Typed;
  readonly Items?: readonly Typed[];
  readonly LastEvaluatedKey?: Typed;
}

const plain = (output: Got): object => ({
  ...output,
  ...(output.Item && { Item: toPlain(output.Item) }),
  ...(output.Attributes && { Attributes: toPlain(output.Attributes) }),
  ...(output.Items && { Items: output.Items.map((item) => toPlain(item)) }),
  ...(output.LastEvaluatedKey && { LastEvaluatedKey: toPlain(output.LastEvaluatedKey) }),
});

/** An operation's answer, without what the SDK adds to it. */
type Answer<Output> = Promise<Omit<Output, '$metadata'>>;

const onItems =
  <Input extends object, Output>(operation: string) =>
  async (input: Input, options?: CallOptions): Answer<Output> =>
    plain(await call<Got>(operation, typed(input), options)) as Output;

type Write = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];
type Read = NonNullable<BatchGetCommandInput['RequestItems']>[string];

const mapValues = <A, B>(values: Readonly<Record<string, A>> | undefined, map: (value: A) => B) =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, map(value)]));

const typedWrite = ({ PutRequest, DeleteRequest }: Write): object =>
  PutRequest
    ? { PutRequest: { Item: toTyped(PutRequest.Item ?? {}) } }
    : { DeleteRequest: { Key: toTyped(DeleteRequest?.Key ?? {}) } };

interface TypedWrite {
  readonly PutRequest?: { readonly Item: Typed };
  readonly DeleteRequest?: { readonly Key: Typed };
}

const plainWrite = ({ PutRequest, DeleteRequest }: TypedWrite): Write => ({
  ...(PutRequest && { PutRequest: { Item: toPlain(PutRequest.Item) } }),
  ...(DeleteRequest && { DeleteRequest: { Key: toPlain(DeleteRequest.Key) } }),
});

async function batchWrite(
  { RequestItems, ...input }: BatchWriteCommandInput,
  options?: CallOptions,
): Answer<BatchWriteCommandOutput> {
  const { UnprocessedItems } = await call<{ UnprocessedItems?: Record<string, readonly TypedWrite[]> }>(
    'BatchWriteItem',
    { ...input, RequestItems: mapValues(RequestItems, (writes) => writes.map(typedWrite)) },
    options,
  );
  return { UnprocessedItems: mapValues(UnprocessedItems, (writes) => writes.map(plainWrite)) };
}

async function batchGet(
  { RequestItems, ...input }: BatchGetCommandInput,
  options?: CallOptions,
): Answer<BatchGetCommandOutput> {
  const { Responses, UnprocessedKeys } = await call<{
    Responses?: Record<string, readonly Typed[]>;
    UnprocessedKeys?: Record<string, Omit<Read, 'Keys'> & { readonly Keys: readonly Typed[] }>;
  }>(
    'BatchGetItem',
    {
      ...input,
      RequestItems: mapValues(RequestItems, (read) => ({
        ...read,
        Keys: read.Keys?.map((key) => toTyped(key)),
      })),
    },
    options,
  );
  return {
    Responses: mapValues(Responses, (items) => items.map((item) => toPlain(item))),
    UnprocessedKeys: mapValues(UnprocessedKeys, (read) => ({
      ...read,
      Keys: read.Keys.map((key) => toPlain(key)),
    })),
  };
}

/** DynamoDB's operations on items, whose attributes are plain values. Undefined members are left out. */
export const dynamo = {
  get: onItems<GetCommandInput, GetCommandOutput>('GetItem'),
  put: onItems<PutCommandInput, PutCommandOutput>('PutItem'),
  update: onItems<UpdateCommandInput, UpdateCommandOutput>('UpdateItem'),
  delete: onItems<DeleteCommandInput, DeleteCommandOutput>('DeleteItem'),
  query: onItems<QueryCommandInput, QueryCommandOutput>('Query'),
  batchGet,
  batchWrite,
};
