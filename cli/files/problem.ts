/** What is wrong with a file, and where. Pure. */

export type Path = readonly (string | number)[];

export interface Problem {
  /** As it was given: a path, or `stdin`. */
  readonly file: string;
  readonly line?: number | undefined;
  /** `targets.orders.url`. */
  readonly path: string;
  /** What was expected. */
  readonly message: string;
}

/** A path as a person writes it: `subscriptions.payments.events[2]`. */
export const pathText = (path: Path): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('');

/** `webhooks.yaml:12: targets.orders.url: expected …`, as editors find it. */
export const problemText = ({ file, line, path, message }: Problem): string =>
  [line === undefined ? file : `${file}:${line}`, path, message].filter(Boolean).join(': ');
