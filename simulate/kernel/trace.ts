import { createHash } from 'node:crypto';

/**
 * What happened, line by line. All lines make up a digest, by which two histories are compared; they are kept only where
 * they are read.
 */
export interface Trace {
  /** @param line without its time, which is put before it */
  note(line: string): void;
  /** Of all lines so far. */
  digest(): string;
  /** Undefined unless they are kept. */
  readonly lines: readonly string[] | undefined;
}

export function createTrace(now: () => number, keeps: boolean): Trace {
  const hash = createHash('sha256');
  const lines: string[] = [];
  return {
    note(line) {
      const text = `${now().toFixed(3)} ${line}\n`;
      hash.update(text);
      if (keeps) lines.push(text.slice(0, -1));
    },
    digest: () => hash.copy().digest('hex'),
    lines: keeps ? lines : undefined,
  };
}
