/** CodeDeploy: nothing is moved here, since each start is a first deployment, but what AWS would refuse is refused. */
import { z } from 'zod';
import { known, noted, type ResourceType, resourceType } from './resource.ts';

const application = resourceType(
  {
    ApplicationName: z.string().max(100).optional(),
    ComputePlatform: z.literal('Lambda', 'only functions are deployed'),
    Tags: noted('labels for bills').optional(),
  },
  ({ ApplicationName }, { identity, world }) => {
    const ref = ApplicationName ?? identity.defaultName;
    world.deploymentApplications.add(ref);
    return { ref };
  },
);

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_AlarmConfiguration.html: at most ten, each once. */
const alarmConfiguration = known({
  Enabled: z.boolean(),
  Alarms: z
    .array(known({ Name: z.string().min(1).max(255) }))
    .max(10)
    .refine((all) => new Set(all.map(({ Name }) => Name)).size === all.length, 'expected each alarm once'),
  IgnorePollAlarmFailure: z.boolean().optional(),
}).refine(({ Enabled, Alarms }) => !Enabled || Alarms.length > 0, 'expected alarms, since it is enabled');

const autoRollback = known({
  Enabled: z.boolean(),
  Events: z
    .array(z.enum(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST']))
    .min(1),
});

const deploymentGroup = resourceType(
  {
    ApplicationName: z.string(),
    DeploymentGroupName: z.string().max(100).optional(),
    DeploymentConfigName: z
      .string()
      .regex(
        /^CodeDeployDefault\.Lambda(AllAtOnce|Canary10Percent(5|10|15|30)Minutes|Linear10PercentEvery(1Minute|[23]Minutes|10Minutes))$/,
        'expected a configuration that CodeDeploy has for functions',
      ),
    DeploymentStyle: known({
      DeploymentType: z.literal('BLUE_GREEN'),
      DeploymentOption: z.literal('WITH_TRAFFIC_CONTROL'),
    }),
    ServiceRoleArn: z.string(),
    AlarmConfiguration: alarmConfiguration.optional(),
    AutoRollbackConfiguration: autoRollback.optional(),
    Tags: noted('labels for bills').optional(),
  },
  ({ ApplicationName, DeploymentGroupName, ServiceRoleArn }, { identity, world }) => {
    if (!world.deploymentApplications.has(ApplicationName))
      throw new Error(`ApplicationName: no application ${ApplicationName}`);
    if (!world.access.roles.has(ServiceRoleArn)) throw new Error(`ServiceRoleArn: no role ${ServiceRoleArn}`);
    const ref = DeploymentGroupName ?? identity.defaultName;
    world.deploymentGroups.add(`${ApplicationName}/${ref}`);
    return { ref };
  },
);

export const codeDeployTypes: Record<string, ResourceType> = {
  'AWS::CodeDeploy::Application': application,
  'AWS::CodeDeploy::DeploymentGroup': deploymentGroup,
};
