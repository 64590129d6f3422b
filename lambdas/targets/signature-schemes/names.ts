/** Apart from the schemes themselves, so that what only reads targets loads no cryptography. */
export const SIGNATURE_SCHEMES = ['standard', 'sha256', 'ed25519'] as const;

/** The name of a scheme, as targets have it. */
export type SignatureScheme = (typeof SIGNATURE_SCHEMES)[number];
