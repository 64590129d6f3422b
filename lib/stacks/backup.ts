import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  BackupPlan,
  BackupPlanRule,
  BackupResource,
  BackupSelection,
  BackupVault,
  type IBackupVault,
} from 'aws-cdk-lib/aws-backup';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { BackupSettings } from '../settings/backup.ts';

interface BackupProps {
  readonly environment: string;
  readonly backup: BackupSettings;
  readonly tables: Readonly<Record<NonNullable<BackupSettings['tables']>[number], ITable>>;
}

/**
 * A plan that backs tables up each day at 05:00 UTC, the hour that AWS Backup has by default. The vault stays when its stack or the
 * setting is gone: AWS deletes none that holds backups.
 */
export function createBackup(scope: Construct, { environment, backup, tables }: BackupProps): void {
  const within = new Construct(scope, 'Backup');
  const vault: IBackupVault =
    backup.vault === undefined
      ? new BackupVault(within, 'Vault', {
          backupVaultName: `posthorn-${environment}`,
          removalPolicy: RemovalPolicy.RETAIN,
        })
      : BackupVault.fromBackupVaultName(within, 'Vault', backup.vault);
  const plan = new BackupPlan(within, 'Plan', { backupPlanName: `posthorn-${environment}` });
  plan.addRule(
    new BackupPlanRule({
      ruleName: 'daily',
      backupVault: vault,
      deleteAfter: Duration.days(backup.keepDays),
    }),
  );
  new BackupSelection(within, 'Tables', {
    backupPlan: plan,
    backupSelectionName: 'tables',
    role: createRole(within),
    disableDefaultBackupPolicy: true,
    resources: (backup.tables ?? ['config']).map((name) => BackupResource.fromDynamoDbTable(tables[name])),
  });
}

/** AWS's own policy: what its service needs changes with the service. Only that service has the role. */
function createRole(scope: Construct): Role {
  const name = 'service-role/AWSBackupServiceRolePolicyForBackup';
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('backup.amazonaws.com'),
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(name)],
  });
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`,
    reason: 'AWS Backup alone assumes it, and AWS keeps the policy in step with that service',
  });
  return role;
}
