import type { Command, Option, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { CommandError, UsageError } from '../failure.ts';
import type { Io } from '../io.ts';
import { type ConfigFile, type Profile, readConfig, writeConfig } from '../profiles/config-file.ts';
import { consoleUrl } from '../profiles/console-url.ts';
import { LOCAL, runningLocalCloud } from '../profiles/local-cloud.ts';
import { apiUrl, isInClear } from '../profiles/resolve.ts';
import { readStdin } from '../routes/body.ts';

/** Who is signed in, and where. */

const DEFAULT_NAME = 'default';

const CONSOLE: Option = {
  flags: '--console <address>',
  description: 'Where the console is, if it is not at the API’s address: the output ConsoleUrl.',
};

export const profileCommands: readonly Command[] = [
  {
    words: 'login',
    summary: 'Keep the address and the key of an environment.',
    description:
      'Asks the API whether the key is good, and keeps both in a file that only you can read. The key is not shown again. Later commands use the profile that was signed in to last; `--profile` and POSTHORN_PROFILE name another.',
    options: [
      { flags: '--url <address>', description: 'Of the API, as the deployment printed it.' },
      CONSOLE,
      { flags: '--key-stdin', description: 'Read the key from stdin, and ask nothing.' },
    ],
    examples: [
      'posthorn login',
      [
        'posthorn login --profile prod --url https://abc123.execute-api.eu-central-1.amazonaws.com',
        'under a name of its own',
      ],
      ['posthorn login --url $URL --key-stdin < key.txt', 'in a script'],
    ],
    covers: ['getSession'],
    run: login,
  },
  {
    words: 'logout',
    summary: 'Forget a profile: the one in use, or the one that --profile names.',
    examples: ['posthorn logout', 'posthorn logout --profile prod'],
    run: logout,
  },
  {
    words: 'profiles',
    summary: 'List the profiles that are kept. No key is shown.',
    examples: ['posthorn profiles'],
    run: listProfiles,
  },
  {
    words: 'whoami',
    summary: 'Which environment is asked, as whom, and what the key may do.',
    examples: ['posthorn whoami', ['posthorn whoami --json', 'for a script that checks its key']],
    covers: ['getSession'],
    run: whoAmI,
  },
  {
    words: 'open',
    summary: 'Open the console in a browser, signed in.',
    description:
      'Makes a link that works once and for ten minutes. Without a browser, or with --print, it prints the link.',
    options: [CONSOLE, { flags: '--print', description: 'Print the link, and open nothing.' }],
    examples: ['posthorn open', ['posthorn open --print', 'on a machine without a browser']],
    covers: ['createSignInLink'],
    run: openConsole,
  },
];

async function login(context: Context, _: Values, options: Values): Promise<undefined> {
  const { io, out } = context;
  const name = context.options.profile ?? DEFAULT_NAME;
  if (name === LOCAL) throw new UsageError(`${LOCAL} is the local cloud that runs; it needs no login`);
  if (!/^[\w.-]{1,64}$/.test(name))
    throw new UsageError('--profile: expected 1 to 64 letters, digits, or any of . _ -');
  const url = apiUrl((options.url as string | undefined) ?? io.env.POSTHORN_URL ?? (await askUrl(io)));
  const key = await keyFor(io, options);
  if (!/^[\x21-\x7e]+$/.test(key)) throw new UsageError('expected a key such as phk_…, without spaces');
  warnOfClear(context, url);
  const session = await context.apiOf({ url, key }).getSession({}, { signal: io.signal });
  const at = options.console === undefined ? undefined : apiUrl(options.console as string);
  const config = await readConfig(io);
  const path = await writeConfig(io, {
    current: name,
    profiles: { ...config.profiles, [name]: { url, key, ...(at !== undefined && { console: at }) } },
  });
  if (out.isJson) return void (await out.json({ profile: name, url, ...session }));
  out.note(`The key is good, and kept as the profile ${name} in ${path}.`);
  await out.record(SESSION, { profile: name, url, ...session });
}

function warnOfClear({ out }: Context, url: string): void {
  if (isInClear(url))
    out.warn(`${url} is no https: whoever is on the way can read the key, and all that is sent.`);
}

async function askUrl(io: Io): Promise<string> {
  const answer = await asked(io, 'The address of the API', '--url', ({ text }, at) =>
    text({
      ...at,
      message: 'The address of the API',
      placeholder: 'https://abc123.execute-api.eu-central-1.amazonaws.com',
    }),
  );
  return answer.trim();
}

async function keyFor(io: Io, options: Values): Promise<string> {
  if (options.keyStdin === true) return (await readStdin(io)).toString('utf8').trim();
  if (io.env.POSTHORN_KEY) return io.env.POSTHORN_KEY;
  const answer = await asked(io, 'A key', '--key-stdin, or POSTHORN_KEY', ({ password }, at) =>
    password({ ...at, message: 'A key with the scopes that you need' }),
  );
  return answer.trim();
}

type Prompts = Pick<typeof import('@clack/prompts'), 'text' | 'password' | 'isCancel'>;
type At = { input: Io['stdin']; output: Io['stderr']; signal: AbortSignal };

async function asked(
  io: Io,
  what: string,
  instead: string,
  ask: (prompts: Prompts, at: At) => Promise<string | symbol>,
): Promise<string> {
  if (!io.terminal.stdin || !io.terminal.stderr)
    throw new UsageError(`${what}: without a terminal nobody can be asked. Expected ${instead}`);
  const prompts = await import('@clack/prompts');
  const answer = await ask(prompts, { input: io.stdin, output: io.stderr, signal: io.signal });
  if (prompts.isCancel(answer) || typeof answer !== 'string')
    throw new CommandError('nothing was kept', { code: EXIT.interrupted });
  return answer;
}

async function logout({ io, out, options }: Context): Promise<undefined> {
  const config = await readConfig(io);
  const name = options.profile ?? config.current;
  if (name === undefined || !Object.hasOwn(config.profiles, name))
    throw new UsageError(
      name === undefined ? 'nobody is signed in' : `there is no profile ${JSON.stringify(name)}`,
    );
  const { [name]: _, ...profiles } = config.profiles;
  await writeConfig(io, { profiles, ...(config.current !== name && { current: config.current }) });
  out.note(`The profile ${name} is forgotten. Its key goes on: \`posthorn keys delete\` revokes one.`);
}

async function listProfiles({ io, out }: Context): Promise<undefined> {
  const config: ConfigFile = await readConfig(io);
  const local = await runningLocalCloud(io);
  const all: [string, Profile][] = [
    ...Object.entries(config.profiles),
    ...(local ? [[LOCAL, local] as [string, Profile]] : []),
  ];
  const items = all.map(([profile, { url }]) => ({ profile, url, current: profile === config.current }));
  if (out.isJson) return void (await out.json({ items }));
  const columns = [
    { title: 'profile', value: 'profile' },
    { title: 'api', value: 'url' },
    { title: 'in use', value: (one: (typeof items)[number]) => (one.current ? 'yes' : '') },
  ];
  await out.rows(columns, items, 'No profile is kept. `posthorn login` makes one.');
}

const SESSION = [
  { title: 'profile', value: 'profile' },
  { title: 'api', value: 'url' },
  { title: 'environment', value: 'environment' },
  {
    title: 'tenant',
    value: (one: { tenantName?: string; tenantId?: string }) =>
      [one.tenantName, one.tenantId].filter(Boolean).join(' · '),
  },
  {
    title: 'credential',
    value: (one: { credential?: { kind: string; id: string; name?: string } }) =>
      one.credential &&
      [one.credential.kind, one.credential.name, one.credential.id].filter(Boolean).join(' · '),
  },
  { title: 'scopes', value: 'scopes' },
  { title: 'targets', value: 'targetIds' },
  { title: 'until', value: 'expiresAt' },
];

async function whoAmI(context: Context): Promise<undefined> {
  const { name, url } = await context.profile();
  warnOfClear(context, url);
  const api = await context.api();
  const session = await api.getSession({}, { signal: context.io.signal });
  const all = { profile: name, url, ...session };
  if (context.out.isJson) return void (await context.out.json(all));
  await context.out.record(SESSION, all);
}

async function openConsole(context: Context, _: Values, options: Values): Promise<undefined> {
  const { io, out } = context;
  const url = await consoleUrl(context, options.console as string | undefined);
  const api = await context.api();
  const { token } = await api.createSignInLink({ body: {} } as never, { signal: io.signal });
  const link = `${url}/#link=${token}`;
  if (out.isJson) return void (await out.json({ url, link }));
  if (options.print === true) return void (await out.text(link));
  out.note(`Opens ${url} in your browser.`);
  await io.openPage(link).catch(() => out.text(link));
}
