/** Alarms and dashboards. Nothing evaluates them here, but what AWS would refuse is refused. */
import { z } from 'zod';
import { ACCOUNT } from '../core/account.ts';
import { alarmRule } from './alarm-rule.ts';
import { alarmProperties, checkAlarm, commonProperties } from './alarm-shape.ts';
import { drawnBy, readDashboard } from './dashboard-body.ts';
import { type Identity, noted, type ResourceType, resourceType } from './resource.ts';
import type { World } from './world.ts';

interface Actions {
  readonly AlarmActions: readonly string[];
  readonly OKActions: readonly string[];
  readonly InsufficientDataActions: readonly string[];
}

/** CloudWatch takes any ARN as an action, and never says that its topic is missing. */
function checkActions({ AlarmActions, OKActions, InsufficientDataActions }: Actions, { sns }: World): void {
  const missing = [...AlarmActions, ...OKActions, ...InsufficientDataActions].find(
    (arn) => !sns.hasTopic(arn),
  );
  if (missing) throw new Error(`expected a topic as an action, got ${missing}`);
}

function createdAlarm(name: string | undefined, { identity, world }: { identity: Identity; world: World }) {
  const ref = name ?? identity.defaultName;
  const arn = alarmArn(identity, ref);
  if (world.alarms.has(arn)) throw new Error(`AlarmName: ${ref} is taken`);
  world.alarms.add(arn);
  return { ref, attributes: { Arn: arn } };
}

const alarmArn = ({ region }: Identity, nameOrArn: string): string =>
  nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:cloudwatch:${region}:${ACCOUNT}:alarm:${nameOrArn}`;

const alarm = resourceType(alarmProperties, (properties, surroundings) => {
  checkAlarm(properties);
  checkActions(properties, surroundings.world);
  return createdAlarm(properties.AlarmName, surroundings);
});

const compositeAlarm = resourceType(
  {
    ...commonProperties,
    AlarmRule: z.string().min(1),
    ActionsSuppressor: z.string().optional(),
    ActionsSuppressorWaitPeriod: noted('nothing is evaluated here').optional(),
    ActionsSuppressorExtensionPeriod: noted('nothing is evaluated here').optional(),
  },
  (properties, surroundings) => {
    const { world, identity } = surroundings;
    const { AlarmRule, ActionsSuppressor } = properties;
    const named = [...alarmRule(AlarmRule).alarms, ...(ActionsSuppressor ? [ActionsSuppressor] : [])];
    const missing = named.find((each) => !world.alarms.has(alarmArn(identity, each)));
    if (missing) throw new Error(`AlarmRule: no alarm ${missing}`);
    checkActions(properties, world);
    return createdAlarm(properties.AlarmName, surroundings);
  },
);

const dashboard = resourceType(
  {
    DashboardName: z
      .string()
      .max(255)
      .regex(/^[\w-]+$/)
      .optional(),
    DashboardBody: z.string(),
    Tags: noted('labels for bills').optional(),
  },
  ({ DashboardName, DashboardBody }, { identity, world }) => {
    const widgets = readDashboard(DashboardBody);
    for (const widget of widgets) {
      drawnBy(widget);
      const named =
        widget.type === 'alarm'
          ? widget.properties.alarms
          : widget.type === 'metric'
            ? (widget.properties.annotations?.alarms ?? [])
            : [];
      const missing = named.find((arn) => !world.alarms.has(arn));
      if (missing) throw new Error(`DashboardBody: no alarm ${missing}`);
    }
    return { ref: DashboardName ?? identity.defaultName };
  },
);

export const cloudwatchTypes: Record<string, ResourceType> = {
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': compositeAlarm,
  'AWS::CloudWatch::Dashboard': dashboard,
};
