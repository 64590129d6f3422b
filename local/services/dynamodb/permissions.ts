/** What a caller of DynamoDB must be allowed, which dynalite does not ask. */
import type { Check } from '../../core/access.ts';
import { KEYED_ACTIONS } from '../../core/iam.ts';

type Attributes = Record<string, { S?: string } | undefined>;

/** A request, as far as permissions depend on it. */
export interface DynamoRequest {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly RequestItems?: Record<string, unknown>;
  readonly ReturnConsumedCapacity?: string;
  readonly TransactItems?: Record<string, { TableName?: string }>[];
}

/** The permissions that an operation needs: one for each table or index. */
export function dynamoChecks(operation: string, request: DynamoRequest, tablePrefix: string): Check[] {
  const action = `dynamodb:${operation}`;
  const arn = (name: string): string => (name.startsWith('arn:') ? name : tablePrefix + name);
  if (request.RequestItems) {
    return Object.entries(request.RequestItems).map(([table, requests]) => ({
      action,
      resource: arn(table),
      ...(KEYED_ACTIONS.includes(action) && { leadingKeys: partitionKeysOf(requests) }),
    }));
  }
  if (request.TransactItems) {
    return request.TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName = '' }]) => ({
        action: `dynamodb:${kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`}`,
        resource: arn(TableName),
      })),
    );
  }
  if (!request.TableName) return [{ action, resource: '*' }];
  const table = arn(request.TableName);
  if (KEYED_ACTIONS.includes(action)) {
    return [{ action, resource: table, leadingKeys: [partitionKeyOf(request)] }];
  }
  return [{ action, resource: request.IndexName ? `${table}/index/${request.IndexName}` : table }];
}

/** All our tables name it `pk`. A request without one satisfies no condition. */
const partitionKeyOf = ({ Key, Item }: DynamoRequest): string => (Key ?? Item)?.pk?.S ?? '';

/** Of the items in a BatchGetItem. An item without one satisfies no condition. */
function partitionKeysOf(requests: unknown): string[] {
  const { Keys = [] } = requests as { Keys?: Attributes[] };
  return Keys.length > 0 ? Keys.map((Key) => partitionKeyOf({ Key })) : [''];
}
