import { existsSync, readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { SourceMap } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ThreadProfile } from './profiling.ts';

/** Where processor time went, over all threads. */
export interface SelfTime {
  /** The function's name and place, as in its source. */
  readonly what: string;
  /** The function or thread in which most of it was spent. */
  readonly thread: string;
  readonly ms: number;
  /** Of all time in which a thread ran something. */
  readonly share: number;
}

/** V8's name for native code that no function is known for. */
const PROGRAM = '(program)';

/** What waits for work, and what the benchmark does itself. */
const isNoWork = ({ functionName, url }: CallFrame): boolean =>
  functionName === '(root)' ||
  functionName === '(idle)' ||
  url === 'node:inspector' ||
  url.includes('/bench/rig/');

/** The functions, or the packages and folders, with the most time of their own. */
export function topBySelf(
  profiles: readonly ThreadProfile[],
  by: 'function' | 'package',
  count = 10,
): SelfTime[] {
  const nameOf = namer(by);
  const times = new Map<string, Map<string, number>>();
  let all = 0;
  for (const { thread, profile } of profiles) {
    for (const [node, ms] of selfTimes(profile)) {
      if (ms === 0 || isNoWork(node.callFrame)) continue;
      const what = nameOf(node.callFrame);
      const byThread = times.get(what) ?? new Map<string, number>();
      byThread.set(thread, (byThread.get(thread) ?? 0) + ms);
      times.set(what, byThread);
      all += ms;
    }
  }
  return [...times]
    .map(([what, byThread]) => ({ what, ...mostOf(byThread), ms: sum(byThread.values()) }))
    .map((line) => ({ ...line, share: line.ms / all }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, count);
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

function mostOf(byThread: ReadonlyMap<string, number>): { thread: string } {
  const [thread = ''] = [...byThread].sort(([, a], [, b]) => b - a)[0] ?? [];
  return { thread };
}

/** Milliseconds of each node of a profile. */
function selfTimes({
  nodes,
  samples = [],
  timeDeltas = [],
}: Profiler.Profile): [Profiler.ProfileNode, number][] {
  const programId = nodes.find(({ callFrame }) => callFrame.functionName === PROGRAM)?.id;
  // A thread that waits when its profile begins is taken for a running one until it wakes.
  const began = samples.findIndex((id) => id !== programId);
  const byId = new Map<number, number>();
  for (const [i, id] of samples.entries()) {
    if (began >= 0 && i >= began) byId.set(id, (byId.get(id) ?? 0) + (timeDeltas[i] ?? 0) / 1000);
  }
  return nodes.map((node) => [node, byId.get(node.id) ?? 0]);
}

type CallFrame = Profiler.ProfileNode['callFrame'];

/** Names frames. Bundles are minified, so their frames are looked up in the source maps beside them. */
function namer(by: 'function' | 'package'): (frame: CallFrame) => string {
  const maps = new Map<string, SourceMap | undefined>();
  const mapOf = (url: string): SourceMap | undefined => {
    if (!maps.has(url)) maps.set(url, readMap(url));
    return maps.get(url);
  };
  return (frame) => {
    const { functionName, url, lineNumber, columnNumber } = frame;
    if (url === '') return by === 'function' || functionName.startsWith('(') ? functionName || NODE : NODE;
    const entry = mapOf(url)?.findEntry(lineNumber, columnNumber);
    const isMapped = entry !== undefined && 'originalSource' in entry;
    const source = shortened(isMapped ? entry.originalSource : url);
    if (by === 'package') return packageOf(source);
    // Node's types do not know it.
    const original = (entry as { name?: string } | undefined)?.name;
    const name = original || functionName || '(anonymous)';
    return `${name} ${source}:${(isMapped ? entry.originalLine : lineNumber) + 1}`;
  };
}

function readMap(url: string): SourceMap | undefined {
  const file = url.startsWith('file:') ? `${fileURLToPath(url)}.map` : '';
  return existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

const ROOT = new URL('../../', import.meta.url).href;

/** From the package's name or the project's folder on. A source of a bundle is a relative path. */
const shortened = (source: string): string =>
  /.*node_modules\/(.+)$/.exec(source)?.[1] ??
  (source.startsWith(ROOT) ? source.slice(ROOT.length) : undefined) ??
  /(?:^|\/)((?:lambdas|local|bench)\/.+)$/.exec(source)?.[1] ??
  (source.startsWith('node:') ? source : basename(source));

const NODE = 'Node';

/** `@smithy/core`, `dynalite`, `lambdas`, `local`, or Node with what it does natively. */
function packageOf(source: string): string {
  if (source.startsWith('node:')) return NODE;
  const parts = source.split('/');
  return source.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
}
