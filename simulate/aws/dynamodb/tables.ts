import type { createEngine } from '../../../local/services/dynamodb/engine.ts';
import type { Description, Table } from '../../../local/services/dynamodb/table.ts';

export type Role = 'config' | 'log' | 'state';

/** A table of the stack. */
export interface TableSettings {
  /** The one that functions use. */
  readonly name: string;
  readonly role: Role;
  /** As CloudFormation has them: of AWS::DynamoDB::Table. */
  readonly properties: TableProperties;
}

type TableProperties = Pick<Description, 'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes'> & {
  readonly TimeToLiveSpecification?: { readonly AttributeName: string; readonly Enabled: boolean };
};

export interface StackTable {
  readonly settings: TableSettings;
  readonly table: Table;
}

type Engine = ReturnType<typeof createEngine>;

/** Makes the tables, which are there at once. */
export function defineTables(engine: Engine, tables: readonly TableSettings[]): readonly StackTable[] {
  return tables.map((settings) => {
    const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = settings.properties;
    const table = engine.define({
      TableName: settings.name,
      AttributeDefinitions,
      KeySchema,
      ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }),
    });
    return { settings, table };
  });
}
