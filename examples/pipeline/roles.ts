import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import {
  type IOidcProvider,
  OidcProviderNative,
  OpenIdConnectPrincipal,
  PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';

/**
 * The roles that the pipeline takes on in an account, without a key that could leak: GitHub vouches for the run (OIDC).
 * Deploy it once in each account, by hand:
 *
 *   npx cdk deploy -a 'node examples/pipeline/roles.ts' -c repository=acme/webhooks -c environment=prod
 */

const ISSUER = 'token.actions.githubusercontent.com';

/** All resources of an environment have it. */
const ENVIRONMENT_TAG = 'posthorn:environment';

const app = new App({ analyticsReporting: false });
const repository: unknown = app.node.tryGetContext('repository');
if (typeof repository !== 'string' || !/^[\w.-]+\/[\w.-]+$/.test(repository))
  throw new Error('expected the repository, such as -c repository=acme/webhooks');
const environment: unknown = app.node.tryGetContext('environment');
if (typeof environment !== 'string' || !/^[a-z]+$/.test(environment))
  throw new Error('expected the environment of this account, such as -c environment=prod');

const stack = new Stack(app, 'posthorn-pipeline-roles', { description: 'Posthorn: roles of the pipeline' });
const github = new OidcProviderNative(stack, 'GitHub', {
  url: `https://${ISSUER}`,
  clientIds: ['sts.amazonaws.com'],
});

/** @param subject which runs, https://docs.github.com/en/actions/reference/security/oidc */
function roleFor(name: string, subject: string, provider: IOidcProvider): Role {
  const role = new Role(stack, name, {
    roleName: name,
    assumedBy: new OpenIdConnectPrincipal(provider, {
      StringEquals: {
        [`${ISSUER}:aud`]: 'sts.amazonaws.com',
        [`${ISSUER}:sub`]: `repo:${repository}:${subject}`,
      },
    }),
  });
  new CfnOutput(stack, `${name}-arn`, { value: role.roleArn });
  return role;
}

const bootstrapRoles = (...parts: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    actions: ['sts:AssumeRole'],
    resources: parts.map((part) => `arn:${stack.partition}:iam::${stack.account}:role/cdk-*-${part}-role-*`),
  });

// Only a job of the environment, which has its reviewers, may change anything; it may not do more than `cdk deploy` does.
const deploy = roleFor('posthorn-deploy', `environment:${environment}`, github);
deploy.addToPolicy(bootstrapRoles('deploy', 'file-publishing', 'lookup'));
// The question at the end is asked with the environment's first key.
deploy.addToPolicy(
  new PolicyStatement({
    actions: ['secretsmanager:GetSecretValue'],
    resources: [`arn:${stack.partition}:secretsmanager:*:${stack.account}:secret:*`],
    conditions: { StringEquals: { [`secretsmanager:ResourceTag/${ENVIRONMENT_TAG}`]: environment } },
  }),
);
deploy.addToPolicy(
  new PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [`arn:${stack.partition}:kms:*:${stack.account}:key/*`],
    conditions: { StringEquals: { [`aws:ResourceTag/${ENVIRONMENT_TAG}`]: environment } },
  }),
);

// A pull request reads, and changes nothing.
roleFor('posthorn-diff', 'pull_request', github).addToPolicy(bootstrapRoles('lookup'));
