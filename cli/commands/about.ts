import { Posthorn, type Result, type Schemas, ServerError } from '../../client/index.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { field, state } from '../output/columns.ts';

type Health = Schemas['Health'];

const health: Command = {
  words: 'health',
  summary: 'Whether every part of the environment answers.',
  description: 'Ends with 5 if one does not.',
  examples: ['posthorn health', ['until posthorn health; do sleep 5; done', 'wait until it is there']],
  covers: ['getHealth'],
  run: runHealth,
};

/** An answer of 503 says which part it is, so it is read all the same. */
async function runHealth(context: Context): Promise<ExitCode> {
  const { io, out } = context;
  const found = await healthOf(context);
  if (out.isJson) await out.json(found);
  else {
    const parts = Object.entries(found.components).map(([part, is]) => ({ part, is }));
    await out.rows([field('part'), state('is', 'is')], parts, found.status);
  }
  if (found.status === 'ok') return EXIT.ok;
  if (!io.signal.aborted) out.warn('A part does not answer. docs/runbook.md says what to do.');
  return EXIT.outOfReach;
}

async function healthOf({ io, profile }: Context): Promise<Health> {
  const { url, key } = await profile();
  let last: Promise<string> | undefined;
  const api = new Posthorn({
    url,
    key,
    maxRetries: 0,
    onResponse: ({ text }) => {
      last = text();
    },
  });
  try {
    return (await api.getHealth({}, { signal: io.signal })) as Result<'getHealth'>;
  } catch (error) {
    const told = error instanceof ServerError ? healthIn(await last) : undefined;
    if (!told) throw error;
    return told;
  }
}

function healthIn(text = ''): Health | undefined {
  try {
    const { status, components } = JSON.parse(text) as Health;
    return status === 'failing' && typeof components === 'object' ? { status, components } : undefined;
  } catch {
    return undefined;
  }
}

const openApi: Command = {
  words: 'openapi',
  summary: 'Print the OpenAPI document of the API.',
  examples: ['posthorn openapi > posthorn.openapi.json'],
  covers: ['getOpenApi'],
  async run({ io, out, api: connect }) {
    const api = await connect();
    await out.json(await api.getOpenApi({}, { signal: io.signal }));
    return undefined;
  },
};

export const aboutCommands = [health, openApi];
