import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const POM = fileURLToPath(new URL('pom.xml', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url));

/** The oldest Java that Kafka 4 runs on. */
const JAVA = 17;
/** Maven fetches 45 MB the first time. */
const FETCH_MS = 300_000;
const START_MS = 60_000;

export const HOW = `Install Java ${JAVA} or newer and Maven, such as Debian’s packages default-jre-headless and maven.`;

export interface Broker {
  /** `127.0.0.1:<port>`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Why no broker can be started here; undefined where one can. */
export function noBroker(): string | undefined {
  const java = versionOf('java', ['-version'], /version "(\d+)/);
  if (java === undefined || java < JAVA) return `no Java ${JAVA} on this machine`;
  return existsSync(jarsDirectory()) || versionOf('mvn', ['--version'], /Maven (\d+)/)
    ? undefined
    : 'no Maven on this machine';
}

function versionOf(program: string, args: string[], pattern: RegExp): number | undefined {
  try {
    const output = execFileSync('sh', ['-c', `${program} ${args.join(' ')} 2>&1`], { encoding: 'utf8' });
    return Number(pattern.exec(output)?.[1]) || undefined;
  } catch {
    return undefined;
  }
}

/** Starts Apache Kafka: one node that is broker and controller (KRaft), with its data in a folder that goes with it. */
export async function startBroker(): Promise<Broker> {
  const jars = await fetchJars();
  const directory = mkdtempSync(join(tmpdir(), 'posthorn-kafka-'));
  const [port, controllerPort] = await Promise.all([freePort(), freePort()]);
  const address = `127.0.0.1:${port}`;
  writeFileSync(join(directory, 'server.properties'), properties(directory, address, controllerPort));
  const java = (main: string, ...args: string[]): string[] => [
    // It ends with the tests: what makes it start soon matters, not what makes it fast.
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    join(jars, '*'),
    main,
    ...args,
  ];
  const config = join(directory, 'server.properties');
  const format = ['format', '-t', 'cG9zdGhvcm4tdGVzdC1rYQ', '-c', config];
  await promisify(execFile)('java', java('kafka.tools.StorageTool', ...format));
  const child = spawn('java', java('kafka.Kafka', config), { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-10_000);
    });
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await reachable(port, child);
  } catch (error) {
    await stop();
    throw new Error(`Kafka did not start:\n${output}`, { cause: error });
  }
  return { address, stop };
}

const properties = (directory: string, address: string, controllerPort: number): string =>
  [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://${address},CONTROLLER://127.0.0.1:${controllerPort}`,
    'controller.listener.names=CONTROLLER',
    `log.dirs=${join(directory, 'data')}`,
    'auto.create.topics.enable=false',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    // A group is there as soon as its first member is.
    'group.initial.rebalance.delay.ms=0',
  ].join('\n');

const jarsDirectory = (): string => {
  const [, version] = /kafka_2\.13<\/artifactId>\s*<version>([^<]+)/.exec(readFileSync(POM, 'utf8'))!;
  return join(CACHE, `kafka-${version}`);
};

/** What Maven has not fetched before, it fetches from its repository. */
async function fetchJars(): Promise<string> {
  const directory = jarsDirectory();
  if (existsSync(directory)) return directory;
  const unfinished = `${directory}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  const args = [
    '-B',
    '-q',
    '-f',
    POM,
    'dependency:copy-dependencies',
    `-DoutputDirectory=${unfinished}`,
    '-DincludeScope=runtime',
  ];
  await promisify(execFile)('mvn', args, { timeout: FETCH_MS });
  renameSync(unfinished, directory);
  return directory;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @throws when the process ends first, or in a minute */
async function reachable(port: number, child: ChildProcess): Promise<void> {
  for (const until = Date.now() + START_MS; Date.now() < until; await pause(50)) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const isThere = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) return;
  }
  throw new Error(`it did not listen within ${START_MS / 1000} s`);
}

/** Its data goes with it, so it need not put anything in order first. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
