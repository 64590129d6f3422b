/** What the local cloud has to say: lines that functions print, and lines of its own. */
export type LogLine =
  | { readonly kind: 'function'; readonly functionName: string; readonly text: string }
  | { readonly kind: 'cloud'; readonly text: string };

export type Log = (line: LogLine) => void;

/** Cuts a stream of text chunks into lines. What has no line end yet waits for the rest. */
export function lineSplitter(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
