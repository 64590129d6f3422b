import { Tags } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { pinFlags } from './flags.ts';
import { watchedAtHome, watchedIn } from './monitoring/watched.ts';
import { ENVIRONMENT_TAG, fitAccount } from './settings/account.ts';
import { checkSettings, type Settings } from './settings/config.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { AssessFunction } from './stacks/assess-function.ts';
import { createBackup } from './stacks/backup.ts';
import { ConsoleStack } from './stacks/console-stack.ts';
import { EraseFunction } from './stacks/erase-function.ts';
import { FIREWALL_REGION, FirewallStack } from './stacks/firewall-stack.ts';
import { MonitoringStack } from './stacks/monitoring-stack.ts';
import { PipelineStack } from './stacks/pipeline-stack.ts';
import { RecoverFunction } from './stacks/recover-function.ts';
import { RegionDispatchStack, RegionQueuesStack } from './stacks/region-stacks.ts';
import { SourcesStack } from './stacks/sources-stack.ts';
import { StorageStack } from './stacks/storage-stack.ts';

/**
 * The stacks of one environment, one for each lifetime. An app holds one environment, the one asked for, so that `cdk
 * deploy --all` means that one.
 */
export class PosthornEnvironment extends Construct {
  readonly storage: StorageStack;
  readonly pipeline: PipelineStack;
  readonly api: ApiStack;
  /** Where the settings have sources beside the API. */
  readonly sources: SourcesStack | undefined;
  /** Where the settings have a web ACL. */
  readonly firewall: FirewallStack | undefined;
  /** Where the settings have a console. */
  readonly console: ConsoleStack | undefined;
  /** In further AWS regions. */
  readonly regions: readonly { readonly queues: RegionQueuesStack; readonly dispatch: RegionDispatchStack }[];
  /** Dashboards and alarms of each AWS region, home's first; none where the settings have neither. */
  readonly monitoring: readonly MonitoringStack[];

  /** @param name part of every stack's name; the construct's id, unless an app needs another one */
  constructor(scope: Construct, id: string, wanted: Settings, name = id) {
    super(scope, id);
    pinFlags(this);
    const settings = checkSettings(name, wanted);
    const environment = name;
    const { account, homeRegion, dispatchRegions, console } = settings;
    const stack = (part: string, description: string, region = homeRegion) => ({
      stackName: `posthorn-${name}-${part}`,
      description: `Posthorn (${name}): ${description}`,
      // On all stacks but the monitoring ones: queues hold events that are nowhere else, and outputs hold addresses that receivers know.
      terminationProtection: settings.protectData,
      env: { ...(account && { account }), ...(region && { region }) },
      // Home reads the queue URLs of other regions, and the ARN of the web ACL.
      ...((dispatchRegions.length > 0 || console?.waf) && { crossRegionReferences: true }),
    });
    this.storage = new StorageStack(this, 'storage', settings, stack('storage', 'tables and payloads'));
    const { configTable: config, logTable: log, stateTable: state } = this.storage;
    if (settings.backup) {
      const tables = { config, log, state } as Readonly<Record<'config' | 'log' | 'state', ITable>>;
      createBackup(this.storage, { environment, backup: settings.backup, tables });
    }
    const regions = dispatchRegions.map(({ awsRegion, serves }) => {
      const props = stack(`queues-${awsRegion}`, `queues of ${awsRegion}`, awsRegion);
      return {
        awsRegion,
        queues: new RegionQueuesStack(this, `queues-${awsRegion}`, { settings, serves }, props),
      };
    });
    this.pipeline = new PipelineStack(
      this,
      'pipeline',
      { environment, settings, storage: this.storage, regions: regions.map(({ queues }) => queues) },
      stack('pipeline', 'queues and the functions between them'),
    );
    new EraseFunction(this.pipeline, 'Erase', { environment, settings, storage: this.storage });
    new RecoverFunction('Recover', { environment, settings, storage: this.storage, pipeline: this.pipeline });
    new AssessFunction('Assess', { environment, settings, storage: this.storage, pipeline: this.pipeline });
    const home = { ...this.pipeline.surroundings(), homeRegion };
    this.regions = regions.map(({ awsRegion, queues }) => {
      const dispatch = new RegionDispatchStack(
        this,
        `dispatch-${awsRegion}`,
        { region: queues, home, storage: this.storage },
        stack(`dispatch-${awsRegion}`, `functions that deliver from ${awsRegion}`, awsRegion),
      );
      return { queues, dispatch };
    });
    const egresses = [this.pipeline, ...this.regions.map(({ dispatch }) => dispatch)].flatMap(
      ({ egress }) => egress ?? [],
    );
    this.api = new ApiStack(
      this,
      'api',
      { environment, settings, storage: this.storage, pipeline: this.pipeline, egresses },
      stack('api', 'the HTTP API'),
    );
    this.sources =
      settings.sources &&
      new SourcesStack(
        this,
        'sources',
        { environment, settings, sources: settings.sources, storage: this.storage, pipeline: this.pipeline },
        stack('sources', 'what events come from beside the API'),
      );
    this.firewall =
      console?.waf &&
      new FirewallStack(
        this,
        'firewall',
        { environment, waf: console.waf },
        stack('firewall', 'the web ACL before the console', FIREWALL_REGION),
      );
    this.console =
      console &&
      new ConsoleStack(
        this,
        'console',
        {
          environment,
          settings,
          console,
          api: this.api.host,
          live: this.api.live.host,
          edgeSecret: this.storage.edgeSecret as ISecret | undefined,
          webAclArn: this.firewall?.webAclArn,
        },
        stack('console', 'the console, and the API at its address'),
      );
    const watched = [
      watchedAtHome({
        environment,
        settings,
        storage: this.storage,
        pipeline: this.pipeline,
        api: this.api,
        sources: this.sources,
        regions: this.regions.map(({ queues }) => queues),
      }),
      ...this.regions.map((region) => watchedIn({ environment, settings, ...region })),
    ];
    const isWatched = settings.monitoring.dashboard || settings.monitoring.alarms;
    this.monitoring = (isWatched ? watched : []).map((each, i) => {
      const awsRegion = dispatchRegions[i - 1]?.awsRegion;
      const part = awsRegion === undefined ? 'monitoring' : `monitoring-${awsRegion}`;
      const place = awsRegion === undefined ? '' : ` of ${awsRegion}`;
      const props = stack(part, `dashboard and alarms${place}`, awsRegion);
      // It holds nothing. Protected, it could not be made again after a first deployment that failed.
      return new MonitoringStack(this, part, each, { ...props, terminationProtection: false });
    });
    Tags.of(this).add(ENVIRONMENT_TAG, name);
    fitAccount(this, settings);
  }
}
