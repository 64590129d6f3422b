import { createHash } from 'node:crypto';
import { FIRST_TENANT } from '../tenants/tenant-defaults.ts';
import type { OidcSettings } from './oidc-settings.ts';
import { SCOPES, type Scope } from './scopes.ts';

/** What a token of the issuer says of a user. */
export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

/** A user, and what the settings let it do. */
export type MappedUser =
  | {
      readonly kind: 'user';
      /** As `Caller.credential` has it: the same at each sign-in. */
      readonly credential: string;
      /** For people: an address of mail, or what else the issuer calls the user. */
      readonly name: string;
      readonly scopes: readonly Scope[];
      readonly tenant: string;
    }
  | { readonly kind: 'refused'; readonly problem: string };

/** Maps a user to roles. Several roles of one tenant add up. Without any, nobody gets in. */
export function userOf({ issuer, claim, roles }: OidcSettings, claims: Claims): MappedUser {
  if (claim === 'email' && !isEmailVerified(claims)) {
    return { kind: 'refused', problem: 'expected an address of mail that the provider has verified' };
  }
  const values = [claims[claim]].flat().filter((value) => typeof value === 'string');
  // A value such as `constructor` is no role.
  const own = values.filter((value) => Object.hasOwn(roles, value)).map((value) => roles[value]!);
  if (own.length === 0) {
    return { kind: 'refused', problem: `expected a value of the claim ${claim} that has a role here` };
  }
  const tenants = new Set(own.map(({ tenantId = FIRST_TENANT }) => tenantId));
  if (tenants.size > 1) {
    return {
      kind: 'refused',
      problem: `expected values of the claim ${claim} that have roles of one tenant, got several tenants’`,
    };
  }
  const granted = new Set(own.flatMap(({ scopes }) => scopes));
  return {
    kind: 'user',
    credential: `usr_${createHash('sha256').update(`${issuer} ${claims.sub}`).digest('hex').slice(0, 32)}`,
    name: nameOf(claims),
    scopes: SCOPES.filter((scope) => granted.has(scope)),
    tenant: [...tenants][0]!,
  };
}

/** As long as names of keys. */
const MAX_NAME = 200;

/**
 * An address that the issuer has not verified could be anybody's (OpenID Connect Core 1.0, 5.1 and 5.7): many issuers let
 * users write what they like. Some issuers write the boolean as a text.
 */
const isEmailVerified = ({ email_verified }: Claims): boolean =>
  email_verified === true || email_verified === 'true';

/** An address is shown unless the issuer says that it is not verified: it only names the user. */
function nameOf(claims: Claims): string {
  const isWrong = claims.email_verified === false || claims.email_verified === 'false';
  const email = isWrong ? undefined : claims.email;
  const names = [email, claims.preferred_username, claims.name, claims.sub];
  const name = names.find((each): each is string => typeof each === 'string' && each !== '')!;
  return name.slice(0, MAX_NAME).toWellFormed();
}
