import { CrossStackReferences, ReferenceStrength, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Lane } from '../../lambdas/endpoint-health/lane.ts';
import { Alerts } from '../constructs/alerts.ts';
import type { Settings } from '../settings/config.ts';
import { createEgress, type Egress, type GivenEgress } from './egress.ts';
import { createDispatch, createLaneQueues, type RegionalLanes, type Surroundings } from './lanes.ts';
import { createDeadLetterWriter, createLastQueues, type LastQueues, RETENTION } from './last-queues.ts';
import type { StorageStack } from './storage-stack.ts';

export interface RegionQueuesProps {
  readonly settings: Pick<Settings, 'notify'>;
  /** Regions as events name them. */
  readonly serves: readonly string[];
}

/**
 * The queues of a further AWS region, and the topics of its alarms. The queues’ functions have another stack: home sends to these
 * queues, and the functions need home's tables, so one stack could not be deployed before the other.
 */
export class RegionQueuesStack extends Stack implements RegionalLanes {
  readonly serves: readonly string[];
  readonly queues: LastQueues & Record<Lane, Queue>;
  /** For tickets. */
  readonly alerts: Alerts;
  readonly pages: Alerts;

  constructor(scope: Construct, id: string, { settings, serves }: RegionQueuesProps, props: StackProps) {
    super(scope, id, props);
    this.serves = serves;
    const key = this.createKey();
    this.alerts = new Alerts(this, 'Alerts', { key, severity: 'ticket', ...settings });
    this.pages = new Alerts(this, 'Pages', { key, severity: 'page', ...settings });
    const last = createLastQueues(this);
    const lanes = createLaneQueues(this, last.deadLetters, RETENTION.work);
    this.queues = { ...last, ...lanes };
    // CloudFormation imports nothing from another region, and an output that is read there stays free to change.
    for (const queue of Object.values(this.queues))
      CrossStackReferences.of(queue).produce(ReferenceStrength.WEAK);
  }

  /** An alarm publishes only in its own region, and a topic is encrypted with a key of its region. */
  private createKey(): Key {
    return new Key(this, 'Key', {
      description: 'Posthorn: alerts',
      enableKeyRotation: true,
      // Nothing that it encrypts is kept.
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

export interface RegionDispatchProps {
  readonly region: RegionQueuesStack;
  /** What dispatch works with at home. */
  readonly home: Surroundings;
  readonly storage: Pick<StorageStack, 'logTable' | 'stateTable'>;
}

/** The functions of a further AWS region: dispatch and the dead-letter writer. */
export class RegionDispatchStack extends Stack {
  /** Where deliveries leave from, if their addresses are to stay the same. */
  readonly egress: Egress | GivenEgress | undefined;

  constructor(
    scope: Construct,
    id: string,
    { region, home, storage }: RegionDispatchProps,
    props: StackProps,
  ) {
    super(scope, id, props);
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    this.egress = createEgress(this, home.settings);
    const { queues, alerts } = region;
    const { deadLetters, quarantine } = queues;
    const surroundings = { ...home, deadLetters, quarantine, alerts, network: this.egress?.network };
    createDispatch(this, queues, surroundings);
    createDeadLetterWriter(this, surroundings, storage);
  }

  /** As in the pipeline's stack. */
  override get availabilityZones(): string[] {
    return [];
  }
}
