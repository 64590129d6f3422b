import * as z from 'zod';

/** Tables that can be backed up. */
const TABLES = ['config', 'log', 'state'] as const;

/**
 * Daily backups of tables by AWS Backup, beside the config table's recovery to a point in time of the last 35 days. A GB that is
 * kept for a month costs $0.10, and each backup is a whole one. Payloads are left out: they live for days, and S3 backs up buckets
 * with versions alone.
 */
export const backupSchema = z.strictObject({
  /** Days that a backup is kept. */
  keepDays: z.int().min(1).max(36_500),
  /**
   * `config` is what tenants have set up; `log` holds events, deliveries and the audit trail; `state` holds what waits. Left out,
   * `config` alone.
   */
  tables: z
    .array(z.enum(TABLES))
    .min(1)
    .refine((tables) => new Set(tables).size === tables.length, 'expected each table once')
    .optional(),
  /** A vault that is there already, by name, such as one of an earlier deployment. Left out, one is made. */
  vault: z
    .string()
    .regex(/^[A-Za-z0-9_-]{2,50}$/, 'expected the name of a vault: 2 to 50 letters, digits, - and _')
    .optional(),
});

export type BackupSettings = z.infer<typeof backupSchema>;
