/** Lines that functions print, and lines of the local cloud itself: problems, and notes that are none. */
export type LogLine =
  | { readonly kind: 'function'; readonly functionName: string; readonly text: string }
  | { readonly kind: 'cloud' | 'note'; readonly text: string };

export type Log = (line: LogLine) => void;

/** Cuts a stream of text chunks into lines. An unfinished line waits for the rest. */
export function lineSplitter(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
