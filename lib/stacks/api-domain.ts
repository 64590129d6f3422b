import { CfnOutput } from 'aws-cdk-lib';
import {
  ApiMapping,
  DomainName,
  type IHttpApi,
  type IHttpStage,
  type IWebSocketApi,
  type IWebSocketStage,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { ApiDomain } from '../settings/api.ts';

interface NameProps {
  readonly domain: ApiDomain;
  /** The one of the domain's names that leads to this API. */
  readonly name: string;
  readonly api: IHttpApi | IWebSocketApi;
  readonly stage: IHttpStage | IWebSocketStage;
  /** What paths under the name begin with. Default: nothing. */
  readonly path?: string;
}

/**
 * A name of one's own for an API, which keeps its address beside it. With a hosted zone its record is made, else an output says
 * where the name has to lead.
 */
export function createName(
  scope: Construct,
  id: string,
  { domain, name, api, stage, path }: NameProps,
): void {
  const within = new Construct(scope, id);
  const domainName = new DomainName(within, 'Name', {
    domainName: name,
    certificate: Certificate.fromCertificateArn(within, 'Certificate', domain.certificateArn),
    securityPolicy: SecurityPolicy.TLS_1_2,
  });
  new ApiMapping(within, 'Mapping', { api, stage, domainName, ...(path && { apiMappingKey: path }) });
  const { regionalDomainName, regionalHostedZoneId } = domainName;
  if (domain.hostedZone) {
    const { id: hostedZoneId, name: zoneName } = domain.hostedZone;
    new ARecord(within, 'Ipv4', {
      zone: HostedZone.fromHostedZoneAttributes(within, 'Zone', { hostedZoneId, zoneName }),
      recordName: `${name}.`,
      target: RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId),
      ),
    });
    return;
  }
  const output = new CfnOutput(within, 'Target', {
    description: `Make a CNAME record: ${name} leads to this name`,
    value: regionalDomainName,
  });
  output.overrideLogicalId(`${id}Target`);
}
