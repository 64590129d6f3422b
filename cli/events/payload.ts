import type { Command } from '../command.ts';
import { safeLines } from '../output/safe-text.ts';

/** A payload is another's text: on a terminal it may not move the cursor. Anywhere else it stays byte for byte. */
export const payload: Command = {
  words: 'events payload',
  summary: 'Print an event’s payload, byte for byte.',
  description: 'On a terminal, characters that would control it are shown as escapes.',
  args: [{ name: '<id>', description: 'One of the events.' }],
  examples: [
    'posthorn events payload evt_01JC',
    ['posthorn events payload evt_01JC > payload.json', 'into a file, as it was published'],
  ],
  covers: ['getEventPayload'],
  async run({ io, out, api: connect }, { id }) {
    const api = await connect();
    const bytes = await api.getEventPayload({ id: id as string }, { signal: io.signal });
    if (io.terminal.stdout) await out.text(safeLines(Buffer.from(bytes).toString('utf8')));
    else await out.raw(bytes);
    return undefined;
  },
};
