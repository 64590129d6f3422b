import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Receivers of examples/receivers that run here, each by what its README says. */
export interface Language {
  /** Its folder. */
  readonly name: string;
  /** What it needs, for a person. */
  readonly needs: string;
  /** Shell commands that succeed where it can run. */
  readonly checks: readonly string[];
  /** Fetches and compiles what its commands need. */
  build?(): Promise<unknown>;
  /** The processes of one receiver. */
  commands(port: number): readonly (readonly string[])[];
}

const FOLDERS = fileURLToPath(new URL('../../../examples/receivers/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/receivers/', import.meta.url));
const BUILD_MS = 600_000;

export const folderOf = ({ name }: Pick<Language, 'name'>): string => join(FOLDERS, name);

/** Builds run beside other tests, so they get what these leave of the processor. */
async function run(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  await promisify(execFile)('nice', ['-n', '10', ...args], {
    cwd: folderOf({ name }),
    env: { ...process.env, ...env },
    timeout: BUILD_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** A folder for what is made of a file; it is made anew when the file has changed. */
async function made(name: string, file: string, make: (folder: string) => Promise<void>): Promise<void> {
  const folder = join(CACHE, name);
  const stamp = join(folder, 'made-of');
  const hash = createHash('sha256')
    .update(readFileSync(join(FOLDERS, name, file)))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  mkdirSync(folder, { recursive: true });
  await make(folder);
  writeFileSync(stamp, hash);
}

/** In the order in which they are ready. */
export const LANGUAGES: readonly Language[] = [
  {
    name: 'typescript',
    needs: 'nothing more',
    checks: [],
    commands: () => [[process.execPath, 'receiver.ts']],
  },
  {
    name: 'ruby',
    needs: 'Ruby 3 with Puma and Rack, such as Debian’s packages ruby, puma and ruby-rack',
    checks: ['ruby -e "require %(rack); exit RUBY_VERSION >= %(3)"', 'command -v puma'],
    commands: (port) => [['puma', '-q', '-b', `tcp://127.0.0.1:${port}`]],
  },
  {
    name: 'php',
    needs: 'PHP 8.1 with SQLite and pcntl, such as Debian’s packages php-cli and php-sqlite3',
    checks: [
      "php -r \"exit((int) !(PHP_VERSION_ID > 80100 && extension_loaded('pdo_sqlite') && extension_loaded('pcntl')));\"",
    ],
    commands: (port) => [
      ['sh', '-c', `php index.php && exec php -S 127.0.0.1:${port} index.php`],
      ['php', 'worker.php'],
    ],
  },
  {
    name: 'python',
    needs: 'Python 3.10 with venv',
    checks: ['python3 -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"'],
    build: () =>
      made('python', 'requirements.txt', async (folder) => {
        await run('python', ['python3', '-m', 'venv', folder]);
        const pip = [join(folder, 'bin', 'pip'), 'install', '-q', '--disable-pip-version-check'];
        await run('python', [...pip, '--require-hashes', '-r', 'requirements.txt']);
      }),
    commands: () => [[join(CACHE, 'python', 'bin', 'python'), '-B', 'receiver.py']],
  },
  {
    name: 'java',
    needs: 'a JDK of 17 or newer, and Maven',
    checks: [
      "java -version 2>&1 | grep -Eq 'version \"(1[7-9]|[2-9][0-9])'",
      'command -v javac',
      'command -v mvn',
    ],
    build: () =>
      made('java', 'pom.xml', (folder) =>
        run('java', ['mvn', '-B', '-q', 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]),
      ),
    commands: () => [['java', '-XX:TieredStopAtLevel=1', '-cp', join(CACHE, 'java', '*'), 'Receiver.java']],
  },
  {
    name: 'go',
    needs: 'Go 1.22',
    checks: ['go version | grep -Eq "go1\\.(2[2-9]|[3-9][0-9])"'],
    build: () => run('go', ['go', 'build', '-o', join(CACHE, 'go'), '.'], { CGO_ENABLED: '0' }),
    commands: () => [[join(CACHE, 'go')]],
  },
  {
    name: 'rust',
    needs: 'Rust 1.85 with Cargo',
    checks: ['cargo --version | grep -Eq "cargo 1\\.(8[5-9]|9[0-9]|[1-9][0-9]{2})"'],
    build: () =>
      run('rust', ['cargo', 'build', '--locked', '--quiet'], {
        CARGO_TARGET_DIR: join(CACHE, 'rust'),
        // Half of the time to compile is for the debugger.
        CARGO_PROFILE_DEV_DEBUG: '0',
      }),
    commands: () => [[join(CACHE, 'rust', 'debug', 'receiver')]],
  },
];

/** Why the receiver can't run here; undefined where it can. In CI nothing may lack. */
export function lackOf({ name, needs, checks }: Language): string | undefined {
  const isThere = checks.every((check) => spawnSync('sh', ['-c', check], { stdio: 'ignore' }).status === 0);
  if (isThere) return undefined;
  const lack = `The receiver in ${name} needs ${needs}`;
  if (process.env.CI) throw new Error(`${lack}, and CI skips no test.`);
  return lack;
}

/** Starts all builds: the longest for itself, the others one after another. @returns what to wait for, by name */
export function startBuilds(languages: readonly Language[]): ReadonlyMap<string, Promise<unknown>> {
  let before: Promise<unknown> = Promise.resolve();
  return new Map(
    languages.map(({ name, build }) => {
      if (!build || name === 'rust') return [name, build?.() ?? Promise.resolve()];
      before = before.then(build, build);
      return [name, before];
    }),
  );
}
