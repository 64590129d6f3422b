/** The checks of `check-endpoint`, in the order in which they are made. docs/endpoint-checklist.md has a heading for each. */
export const CHECK_IDS = [
  'address',
  'tls',
  'certificate',
  'redirects',
  'answers',
  'duplicate',
  'keep-alive',
  'verifies-signature',
  'no-signature',
  'altered-body',
  'old-timestamp',
  'future-timestamp',
  'rotation',
  'raw-body',
  'unknown-type',
  'at-once',
  'in-parallel',
  'large-body',
  'largest-body',
  'challenge',
  'forged-challenge',
  'batch',
  'bytes',
  'quick',
  'answer-ends',
  'answer-plain',
] as const;

export type CheckId = (typeof CHECK_IDS)[number];

/** What only some targets send: `--with` asks for it. */
export const OPTIONAL_IDS = ['challenge', 'batch', 'bytes'] as const satisfies readonly CheckId[];

export type OptionalId = (typeof OPTIONAL_IDS)[number];
