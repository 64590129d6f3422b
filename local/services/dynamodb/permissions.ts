/** What a caller of DynamoDB must be allowed, which dynalite does not ask. */
import type { Check } from '../../core/access.ts';
import { KEYED_ACTIONS } from '../../core/iam.ts';

type Attributes = Record<string, { S?: string } | undefined>;

/** A request, as far as permissions depend on it. The caller may have written anything. */
export interface DynamoRequest {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly RequestItems?: Record<string, unknown>;
  readonly ConsistentRead?: boolean;
  readonly ReturnConsumedCapacity?: string;
  readonly TransactItems?: (Record<string, { TableName?: string } | null> | null)[];
}

/**
 * The permissions that an operation needs: one for each table or index. Only the fields that the operation has count: a
 * request may hold those of another one, which DynamoDB passes over.
 */
export function dynamoChecks(operation: string, request: DynamoRequest, tablePrefix: string): Check[] {
  const action = `dynamodb:${operation}`;
  const arn = (name: unknown): string => (`${name}`.startsWith('arn:') ? `${name}` : `${tablePrefix}${name}`);
  if (operation.startsWith('Batch')) {
    return Object.entries(request.RequestItems ?? {}).map(([table, requests]) => ({
      action,
      resource: arn(table),
      ...(KEYED_ACTIONS.includes(action) && { leadingKeys: partitionKeysOf(requests) }),
    }));
  }
  if (operation.startsWith('Transact')) {
    return (request.TransactItems ?? []).flatMap((item) =>
      Object.entries(item ?? {}).map(([kind, action]) => ({
        action: `dynamodb:${kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`}`,
        resource: arn(action?.TableName ?? ''),
      })),
    );
  }
  if (!request.TableName) return [{ action, resource: '*' }];
  const table = arn(request.TableName);
  if (KEYED_ACTIONS.includes(action)) {
    const key = operation === 'PutItem' ? request.Item : request.Key;
    return [{ action, resource: table, leadingKeys: [partitionKeyOf(key)] }];
  }
  const isOfIndex = request.IndexName && (operation === 'Query' || operation === 'Scan');
  return [{ action, resource: isOfIndex ? `${table}/index/${request.IndexName}` : table }];
}

/** All our tables name it `pk`. A request without one satisfies no condition. */
const partitionKeyOf = (attributes: Attributes | null | undefined): string => attributes?.pk?.S ?? '';

interface Write {
  readonly PutRequest?: { readonly Item?: Attributes };
  readonly DeleteRequest?: { readonly Key?: Attributes };
}

/** Of the items in a batch. An item without one satisfies no condition. */
function partitionKeysOf(requests: unknown): string[] {
  const keys = Array.isArray(requests)
    ? requests.flatMap((write?: Write | null) => {
        const named = [write?.PutRequest?.Item, write?.DeleteRequest?.Key].filter(Boolean);
        return named.length > 0 ? named : [undefined];
      })
    : (requests as { Keys?: Attributes[] } | null)?.Keys;
  return Array.isArray(keys) && keys.length > 0 ? keys.map(partitionKeyOf) : [''];
}
