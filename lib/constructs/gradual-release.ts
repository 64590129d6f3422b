import { Stack, Validations } from 'aws-cdk-lib';
import { CfnApplication, CfnDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  type CfnAlias,
  type CfnFunction,
  type IFunction,
  type IVersion,
  type Function as LambdaFunction,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { activeAlarms, type Place } from '../monitoring/active-alarms.ts';
import { alarmName } from '../monitoring/alarm-table.ts';
import type { Settings } from '../settings/config.ts';
import { CANARIES } from '../settings/releases.ts';

/** The alias by which callers call a function. Its name is part of ARNs, and stays. */
const ALIAS = 'current';

const ID = 'GradualRelease';

export interface GradualReleaseProps {
  /** The environment's name. */
  readonly environment: string;
  readonly settings: Settings;
  /** Which alarms there are. Default: home's. */
  readonly place?: Place;
}

/**
 * Moves the callers of a stack's functions to a new release little by little, and back when an alarm rings:
 * docs/decisions/72-safe-releases.md.
 */
export class GradualRelease extends Construct {
  private readonly props: GradualReleaseProps;
  private readonly configuration: string | undefined;
  private deploys: { readonly application: CfnApplication; readonly role: Role } | undefined;

  private constructor(scope: Construct, props: GradualReleaseProps) {
    super(scope, ID);
    this.props = props;
    this.configuration = CANARIES[props.settings.releases!.canary];
  }

  /** The one of a stack; undefined where the settings have none, and a release replaces functions where they are. */
  static in(scope: Construct, props: GradualReleaseProps): GradualRelease | undefined {
    if (!props.settings.releases) return undefined;
    const stack = Stack.of(scope);
    return (stack.node.tryFindChild(ID) as GradualRelease | undefined) ?? new GradualRelease(stack, props);
  }

  /** What callers of the function are to call. @param owner has the alias and what moves it */
  aliasOf(owner: Construct, called: LambdaFunction): IFunction {
    // Its version is deleted when no alias points to it any more, which is after the deployment has ended.
    // CDK's classes have undefined where its interfaces have an optional property.
    const version = called.currentVersion as IVersion;
    const alias = new Alias(owner, 'Alias', { aliasName: ALIAS, version });
    if (this.configuration !== undefined) this.shift(owner, called, alias, this.configuration);
    return alias as IFunction;
  }

  private shift(owner: Construct, called: LambdaFunction, alias: Alias, configuration: string): void {
    this.deploys ??= { application: this.createApplication(), role: this.createRole() };
    const { application, role } = this.deploys;
    this.allowMoving(role, called);
    const group = new CfnDeploymentGroup(owner, 'DeploymentGroup', {
      applicationName: application.ref,
      deploymentConfigName: configuration,
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      serviceRoleArn: role.roleArn,
      alarmConfiguration: { enabled: true, alarms: this.alarmNames().map((name) => ({ name })) },
      autoRollbackConfiguration: {
        enabled: true,
        events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
    });
    // Without its grants, CodeDeploy would not be able to move the alias.
    group.node.addDependency(role);
    (alias.node.defaultChild as CfnAlias).cfnOptions.updatePolicy = {
      codeDeployLambdaAliasUpdate: { applicationName: application.ref, deploymentGroupName: group.ref },
    };
  }

  /** By name: they belong to the monitoring stack, which is deployed later. An alias is moved for the first time after that. */
  private alarmNames(): string[] {
    const { environment, settings, place = 'home' } = this.props;
    return activeAlarms(settings, place)
      .filter(({ name }) => settings.releases!.rollbackOn.includes(name))
      .map(({ id }) => alarmName(environment, id));
  }

  private createApplication(): CfnApplication {
    return new CfnApplication(this, 'Application', { computePlatform: 'Lambda' });
  }

  /**
   * AWS's own policy AWSCodeDeployRoleForLambdaLimited, without what only hooks and bundles in S3 need.
   * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambdaLimited.html
   */
  private createRole(): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }));
    const reason = 'states of alarms are read by a list of names, as AWS’s own policy allows it';
    Validations.of(role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason });
    return role;
  }

  private allowMoving(role: Role, called: LambdaFunction): void {
    const actions = ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'];
    const resources = [called.functionArn, `${called.functionArn}:*`];
    role.addToPolicy(new PolicyStatement({ actions, resources }));
    const id = Stack.of(called).getLogicalId(called.node.defaultChild as CfnFunction);
    const reason = 'an alias and versions of this one function';
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::<${id}.Arn>:*]`, reason });
  }
}
