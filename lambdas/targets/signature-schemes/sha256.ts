import { isPrintable } from '../../values/printable.ts';
import type { Scheme } from './scheme.ts';
import { secretFrom } from './secret-text.ts';
import { hmacChallenge, sha256Signature, sharedKeys } from './shared-secret.ts';

/** Characters. Secrets of other systems are taken over as they are, and some are short. */
export const TEXT_SECRET_LENGTH = { min: 8, max: 256 } as const;

/** GitHub's older style, which covers the body alone. It is there for receivers that know only that. */
export const sha256: Scheme = {
  summary:
    '`sha256`: GitHub’s header, with any text as the secret; it signs no time, so it is used only where it is named.',
  secretSummary: 'a text of 8 to 256 characters',
  headerPrefix: 'x-hub-signature',
  /**
   * GitHub's header has room for one signature, and its verifiers compare all of it, so a second one in it would make
   * both wrong. Receivers that have not changed over yet can look into a header of ours.
   */
  maxSignatures: 2,
  headers: ([newest = '', replaced]) => ({
    'x-hub-signature-256': newest,
    ...(replaced !== undefined && { 'x-hub-signature-256-old': replaced }),
  }),
  sign: (secret, { body }) => sha256Signature(secret, body),
  newSecret: secretFrom,
  keptSecret: (given) => given,
  secretProblem(kept) {
    const { min, max } = TEXT_SECRET_LENGTH;
    const isFine = kept.length >= min && kept.length <= max && isPrintable(kept);
    return isFine ? undefined : `expected ${min} to ${max} printable characters`;
  },
  isOwnSecret: () => false,
  sharedKeys,
  challenge: hmacChallenge,
};
