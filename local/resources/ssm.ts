import { z } from 'zod';
import { noted, type ResourceType, resourceType } from './resource.ts';

/**
 * A parameter of the standard tier. Nothing reads it but its own template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
 */
const parameter = resourceType(
  {
    Name: z.string().max(1011).optional(),
    Type: z.literal('String', 'only text is implemented'),
    Value: z.string().min(1).max(4096),
    Description: z.string().max(1024).optional(),
    Tags: noted('labels for bills').optional(),
  },
  ({ Name, Type, Value }, { identity }) => ({
    ref: Name ?? identity.defaultName,
    attributes: { Type, Value },
  }),
);

export const ssmTypes: Record<string, ResourceType> = { 'AWS::SSM::Parameter': parameter };
