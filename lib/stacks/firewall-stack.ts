import { CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import type { ConsoleSettings } from '../settings/console.ts';

/** CloudFront takes web ACLs of this region alone. */
export const FIREWALL_REGION = 'us-east-1';

/**
 * Rules of AWS's groups that only count. Requests with a body go to the API alone, which checks each against its schema
 * and takes payloads as they are: a webhook may well hold HTML, a URL with an IP address, a path, or a line of a log,
 * and be larger than 8 KB. A query may name a CloudEvents source, which is a URI, and producers need send no User-Agent.
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 */
const ONLY_COUNTED: Readonly<Record<string, readonly string[]>> = {
  AWSManagedRulesCommonRuleSet: [
    'SizeRestrictions_BODY',
    'EC2MetaDataSSRF_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'CrossSiteScripting_BODY',
    'GenericRFI_QUERYARGUMENTS',
    'NoUserAgent_HEADER',
  ],
  AWSManagedRulesKnownBadInputsRuleSet: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY'],
  AWSManagedRulesAmazonIpReputationList: [],
};

/** The web ACL before the console's distribution. It has a stack of its own, since its region is fixed. */
export class FirewallStack extends Stack {
  readonly webAclArn: string;

  constructor(
    scope: Construct,
    id: string,
    { environment, waf }: { readonly environment: string; readonly waf: NonNullable<ConsoleSettings['waf']> },
    props: StackProps,
  ) {
    super(scope, id, props);
    const managed = Object.entries(ONLY_COUNTED).map(([group, counted], priority) =>
      managedRule(group, counted, priority + 1),
    );
    const webAcl = new CfnWebACL(this, 'WebAcl', {
      name: `posthorn-${environment}`,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('All'),
      customResponseBodies: { TooMany: { contentType: 'APPLICATION_JSON', content: TOO_MANY } },
      rules: [rateRule(waf.requestsPerFiveMinutes), ...managed],
    });
    // CloudFormation imports nothing from another region.
    CrossStackReferences.of(webAcl).produce(ReferenceStrength.WEAK);
    this.webAclArn = webAcl.attrArn;
  }
}

/** As the API writes errors, but for the time. */
const TOO_MANY = JSON.stringify({
  error: 'too_many_requests',
  message: 'too many requests from this address; try again in a few minutes',
});

/** First, so that a flood is not paid for by the groups behind it. */
const rateRule = (limit: number): CfnWebACL.RuleProperty => ({
  name: 'Rate',
  priority: 0,
  action: { block: { customResponse: { responseCode: 429, customResponseBodyKey: 'TooMany' } } },
  statement: { rateBasedStatement: { limit, evaluationWindowSec: 300, aggregateKeyType: 'IP' } },
  visibilityConfig: visibility('Rate'),
});

const managedRule = (name: string, counted: readonly string[], priority: number): CfnWebACL.RuleProperty => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
  visibilityConfig: visibility(name),
});

/** WAF's own metrics are free. Sampled requests hold headers, so none are kept. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}
