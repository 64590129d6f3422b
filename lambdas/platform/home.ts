/**
 * Where tables and payloads are, for the SDK's clients: a function in another AWS region is told, and to all others it is
 * their own.
 */
export const atHome: { readonly region?: string } = process.env.HOME_REGION
  ? { region: process.env.HOME_REGION }
  : {};
