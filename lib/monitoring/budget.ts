import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import { ENVIRONMENT_TAG } from '../settings/account.ts';
import type { Watched } from './watched.ts';

/**
 * Tells of what the environment costs by its tag. CloudWatch knows the charges of the whole account alone, and in us-east-1 alone.
 * A budget is free, and foresees the month's end.
 * https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
 */
export function createBudget(scope: Construct, { environment, settings, topicArns }: Watched): void {
  const { monthlyBudgetDollars } = settings.monitoring;
  if (monthlyBudgetDollars === undefined) return;
  new CfnBudget(scope, 'Budget', {
    budget: {
      budgetName: `posthorn-${environment}`,
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: monthlyBudgetDollars, unit: 'USD' },
      costFilters: { TagKeyValue: [`user:${ENVIRONMENT_TAG}$${environment}`] },
    },
    notificationsWithSubscribers: ['ACTUAL', 'FORECASTED'].map((notificationType) => ({
      notification: {
        notificationType,
        comparisonOperator: 'GREATER_THAN',
        threshold: 100,
        thresholdType: 'PERCENTAGE',
      },
      subscribers: [{ subscriptionType: 'SNS', address: topicArns.ticket }],
    })),
  });
}
