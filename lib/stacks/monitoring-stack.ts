import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { createAlarms } from '../monitoring/alarms.ts';
import { createBudget } from '../monitoring/budget.ts';
import { createChat } from '../monitoring/chat.ts';
import { createDashboard } from '../monitoring/dashboard.ts';
import { Names } from '../monitoring/names.ts';
import { saveQueries } from '../monitoring/queries.ts';
import type { Watch } from '../monitoring/watched.ts';

/**
 * Dashboard, alarms and saved queries of one AWS region. A stack of its own: what only watches must never stand in the way of a change to
 * what it watches, so it reads names from outputs that nothing holds.
 */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, watch: Watch, props: StackProps) {
    super(scope, id, props);
    const watched = watch(new Names(this));
    const { settings, home } = watched;
    const alarms = createAlarms(this, watched);
    if (settings.monitoring.dashboard) createDashboard(this, watched, alarms);
    saveQueries(this, watched);
    if (!home) return;
    createBudget(this, watched);
    createChat(this, watched, home);
  }
}
