import type { Command } from '../command.ts';
import { SCRIPTS, SHELLS, type Shell } from '../completion/scripts.ts';
import { UsageError } from '../failure.ts';

export const completion: Command = {
  words: 'completion',
  summary: 'Print what completes commands on Tab: for bash, zsh or fish.',
  description:
    'Completes groups, commands, options, their values, profiles, and of the API event types and targets, where it answers at once.',
  args: [{ name: '<shell>', description: `One of ${SHELLS.join(', ')}.` }],
  examples: [
    ['source <(posthorn completion bash)', 'in ~/.bashrc'],
    ['source <(posthorn completion zsh)', 'in ~/.zshrc, after compinit'],
    'posthorn completion fish > ~/.config/fish/completions/posthorn.fish',
  ],
  run: async ({ out }, { shell }) => {
    if (!SHELLS.includes(shell as Shell))
      throw new UsageError(`expected one of ${SHELLS.join(', ')}, got ${JSON.stringify(shell)}`);
    await out.raw(`${SCRIPTS[shell as Shell]}\n`);
    return undefined;
  },
};
