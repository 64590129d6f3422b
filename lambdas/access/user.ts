/**
 * Whether a credential is that of a user who has signed in at an issuer. Apart from what users may do, so that functions that
 * only ask this load no schemas.
 */
export const isUser = (credential: string): boolean => credential.startsWith('usr_');
