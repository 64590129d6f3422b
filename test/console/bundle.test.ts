import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Compressed script before the first page works. */
const BUDGET = 250_000;

/** A chunk, as Vite's manifest has it. */
interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'posthorn-console-'));
afterAll(() => rmSync(folder, { recursive: true }));

let manifest: Readonly<Record<string, Chunk>>;

beforeAll(() => {
  const args = [
    join(root, 'node_modules/vite/bin/vite.js'),
    'build',
    'console',
    '--manifest',
    '--outDir',
    folder,
  ];
  const env = { ...process.env, NODE_ENV: 'production' };
  execFileSync(process.execPath, args, { cwd: root, env, stdio: 'pipe' });
  manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'));
}, 60_000);

/** The files of a chunk and of all that it imports before it runs. */
function withImports(name: string, seen = new Set<string>()): Set<string> {
  const { file, imports = [] } = manifest[name]!;
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const each of imports) withImports(each, seen);
  return seen;
}

const bytesOf = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0);

describe('the built console', () => {
  it.each([
    'overview/overview',
    'deliveries/deliveries',
    'deliveries/delivery',
    'subscriptions/subscriptions',
    'subscriptions/subscription',
    'event-types/event-types',
    'event-types/event-type',
    'alerts/alerts',
  ])('needs at most 250 kB of compressed script before the page %s works', (page) => {
    const files = withImports(`pages/${page}-page.tsx`, withImports('index.html'));
    expect(files.size).toBeGreaterThan(2);
    expect(bytesOf(files)).toBeLessThan(BUDGET);
  });

  it('has no script and no style in its page, so that the policy can refuse them', () => {
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<style|\son\w+=|\sstyle=|https?:\/\//i);
    const scripts = [...html.matchAll(/<script([^>]*)>([^<]*)/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes, text] of scripts) {
      expect(attributes).toContain('src="/assets/');
      expect(text?.trim()).toBe('');
    }
  });
});
