import { Stack } from 'aws-cdk-lib';
import {
  Function as EdgeFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
} from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { edgeCode } from './build.ts';

/**
 * A CloudFront Function that sees each viewer's request, before caching.
 *
 * @param file in lib/edge/
 * @param name the account has one list of names for all regions
 */
export function onViewerRequest(
  scope: Construct,
  id: string,
  file: string,
  name: string,
): FunctionAssociation {
  const edgeFunction = new EdgeFunction(scope, id, {
    functionName: `${name}-${Stack.of(scope).region}`,
    code: FunctionCode.fromInline(edgeCode(file)),
    runtime: FunctionRuntime.JS_2_0,
  });
  return { function: edgeFunction, eventType: FunctionEventType.VIEWER_REQUEST };
}
