/** What names of client certificates look like. No slash: the tenant stands before one. */
export const CERTIFICATE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** How the names of an environment's secrets begin that hold client certificates; tenant, slash and name follow. */
export const certificateSecrets = (environment: string): string =>
  `posthorn/${environment}/client-certificates/`;
