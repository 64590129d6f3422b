/** What the process ends with. Scripts rely on it: docs/cli.md. */
export const EXIT = {
  ok: 0,
  /** The API refused it, or something of ours went wrong. */
  refused: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  outOfReach: 5,
  /** Of a dry run with `--exit-code`: there is something to do. */
  changes: 10,
  /** As shells have it for SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
