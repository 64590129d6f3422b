import { CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { Dashboard, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Watched } from '../monitoring/watched.ts';

/**
 * Dashboard and alarms of one AWS region. A stack of its own: what only watches must never stand in the way of a change to
 * what it watches, so its references are weak.
 */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, { environment, settings }: Watched, props: StackProps) {
    super(scope, id, props);
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    if (settings.monitoring.dashboard) {
      const markdown = `# Posthorn ${environment}`;
      new Dashboard(this, 'Dashboard', { widgets: [[new TextWidget({ markdown, width: 24, height: 1 })]] });
    }
  }
}
