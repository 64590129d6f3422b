import * as z from 'zod';

/** Nearly every region has this many zones. */
export const MAX_GATEWAYS = 3;

/** An availability zone by its id: an id names the same zone in every account, a name (`us-east-1a`) does not. */
const ZONE_ID = /^[a-z]+\d-az\d$/;

const LOOK_UP =
  "those that a region has are listed by aws ec2 describe-availability-zones --query 'AvailabilityZones[].ZoneId'; some have no Lambda or no NAT gateways";

/** Zones of gateways, by AWS region: each gets a gateway with its own address. */
export const zonesSchema = z.record(
  z.string(),
  z
    .array(z.string().regex(ZONE_ID, `expected the id of an availability zone, such as use1-az1: ${LOOK_UP}`))
    .min(1)
    .max(MAX_GATEWAYS)
    .refine((zones) => new Set(zones).size === zones.length, 'expected each zone once'),
  `expected zones for each AWS region, such as {"us-east-1": ["use1-az1", "use1-az2"]}: ${LOOK_UP}`,
);

interface StaticEgress {
  readonly zones?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly networks?: Readonly<Record<string, object>> | undefined;
}

interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * What is wrong with the zones and networks of an environment that delivers from these regions.
 * @param home undefined: the deployer's region, whose zones can't be known
 */
export function zoneProblems(
  { zones = {}, networks = {} }: StaticEgress,
  home: string | undefined,
  others: readonly string[],
): Problem[] {
  if (home === undefined)
    return [{ path: ['homeRegion'], message: 'expected a region, since zones belong to one' }];
  const regions = [home, ...others];
  const missing = regions.filter((region) => !(region in zones || region in networks));
  const wrong = Object.entries(zones).flatMap(([region, ids]) => zonesWrong(region, ids, regions));
  return [
    ...missing.map((region) => ({
      path: ['staticEgress', 'zones', region],
      message: `expected 1 to ${MAX_GATEWAYS} zones of this region, or its network in staticEgress.networks, since deliveries are made from it: ${LOOK_UP}`,
    })),
    ...wrong,
    ...Object.keys(networks).flatMap((region) => networkWrong(region, zones, regions)),
  ];
}

function networkWrong(region: string, zones: object, regions: readonly string[]): Problem[] {
  const path = ['staticEgress', 'networks', region];
  if (!regions.includes(region))
    return [{ path, message: `no deliveries are made from here: expected ${regions.join(', ')}` }];
  return region in zones ? [{ path, message: 'expected either a network or zones of a region' }] : [];
}

function zonesWrong(region: string, ids: readonly string[], regions: readonly string[]): Problem[] {
  const path = ['staticEgress', 'zones', region];
  if (!regions.includes(region))
    return [{ path, message: `no deliveries are made from here: expected ${regions.join(', ')}` }];
  const prefix = zonePrefix(region);
  const foreign = prefix === undefined ? undefined : ids.find((id) => !id.startsWith(`${prefix}-`));
  if (foreign === undefined) return [];
  return [{ path, message: `expected zones of this region, such as ${prefix}-az1, got ${foreign}` }];
}

/** `apse2` of `ap-southeast-2`, `usgw1` of `us-gov-west-1`. AWS's isolated regions follow another rule. */
function zonePrefix(region: string): string | undefined {
  if (region.includes('-iso')) return undefined;
  const [area, ...words] = region.split('-');
  const initials = words
    .flatMap((word) => word.match(/north|south|east|west|^./g) ?? [])
    .map(([initial]) => initial);
  return area + initials.join('');
}
