import { createHash } from 'node:crypto';

/**
 * What happened, line by line. All lines make up a digest, by which two histories are compared; they are kept only where
 * somebody reads them.
 */
export interface Trace {
  /** @param line without its time, which is put before it */
  note(line: string): void;
  readonly length: number;
  /** Of all lines so far. */
  digest(): string;
  /** Undefined unless they are kept. */
  readonly lines: readonly string[] | undefined;
}

export function createTrace(now: () => number, keeps: boolean): Trace {
  const hash = createHash('sha256');
  const lines: string[] = [];
  let length = 0;
  return {
    note(line) {
      const text = `${now().toFixed(3)} ${line}\n`;
      length++;
      hash.update(text);
      if (keeps) lines.push(text.slice(0, -1));
    },
    get length() {
      return length;
    },
    digest: () => hash.copy().digest('hex'),
    lines: keeps ? lines : undefined,
  };
}
