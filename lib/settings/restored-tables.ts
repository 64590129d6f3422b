import * as z from 'zod';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;

const table = z
  .string()
  .regex(TABLE_NAME, 'expected the name of a table, such as posthorn-prod-config-restored');

/**
 * Tables that were restored from a backup, by name, in the place of those that the storage stack made. Those stay as they
 * are. See docs/day-two.md.
 */
export const restoredTablesSchema = z.strictObject({
  config: table.optional(),
  log: table.optional(),
  state: table.optional(),
});
