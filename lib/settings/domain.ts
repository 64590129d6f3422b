import * as z from 'zod';

const HOST = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** A host name. @param example of one that is meant */
export const hostName = (example: string) =>
  z.string().regex(HOST, `expected a host name, such as ${example}`);

/** A hosted zone of Route 53 in the environment's account, in which records are made. */
export const hostedZoneSchema = z.strictObject({
  id: z.string().regex(/^Z[A-Z0-9]+$/, 'expected the id of a hosted zone, such as Z0123456789ABC'),
  name: z.string().regex(HOST, 'expected the name of a hosted zone, such as example.com'),
});

/** The first of these names that is outside of a zone. */
export const outsideOf = (zone: string, names: readonly string[]): string | undefined =>
  names.find((name) => name !== zone && !name.endsWith(`.${zone}`));
