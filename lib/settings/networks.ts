import * as z from 'zod';
import { MAX_GATEWAYS } from './zones.ts';

const subnet = z
  .string()
  .regex(/^subnet-[0-9a-f]{8,17}$/, 'expected the id of a subnet, such as subnet-0a1b2c3d');

/** A network that is there already, for the functions that deliver. */
const networkSchema = z.strictObject({
  vpcId: z.string().regex(/^vpc-[0-9a-f]{8,17}$/, 'expected the id of a VPC, such as vpc-0a1b2c3d'),
  /** Private subnets whose way out leads through gateways with the addresses below. One in each of two zones, at least. */
  subnetIds: z
    .array(subnet)
    .min(1)
    .max(16, 'expected at most 16 subnets, which Lambda takes')
    .refine((ids) => new Set(ids).size === ids.length, 'expected each subnet once'),
  /** What receivers see, and `GET /v1/egress` lists. Posthorn can't read them of your gateways. */
  addresses: z
    .array(z.ipv4('expected an IPv4 address of a gateway, such as 203.0.113.7'))
    .min(1)
    .max(MAX_GATEWAYS),
});

/** Networks by AWS region. */
export const networksSchema = z.record(z.string(), networkSchema);

export type GivenNetwork = z.infer<typeof networkSchema>;
