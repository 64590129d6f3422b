import { COMMANDS, GROUPS } from '../../cli/commands.ts';
import { programOf } from '../../cli/program.ts';

import type { SitePage } from './site-page.ts';

type Program = ReturnType<typeof programOf>;

const helpOf = (program: Program): string => {
  let text = '';
  program.configureOutput({ writeOut: (more) => (text += more), getOutHasColors: () => false });
  program.configureHelp({ ...program.configureHelp(), helpWidth: 100 });
  program.outputHelp();
  return text.trimEnd();
};

export const COMMANDS_ROUTE = '/reference/commands';

/** The help of each command, as it is printed. */
export function commandsPage(): SitePage {
  const program = programOf(COMMANDS, async () => {}, { version: '', groups: GROUPS });
  const named = (parent: Program, name: string): Program =>
    parent.commands.find((one) => one.name() === name)!;
  const sections = COMMANDS.map(({ words }) => {
    const [first, second] = words.split(' ') as [string, string?];
    const command = second === undefined ? named(program, first) : named(named(program, first), second);
    return `## ${words}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`;
  });
  const text = `# Commands

What \`posthorn <command> --help\` prints, of each command. [The command line](/cli) shows the commands at work, with what
they print and their exit codes.

\`\`\`text
${helpOf(program)}
\`\`\`

${sections.join('\n')}`;
  return { route: COMMANDS_ROUTE, title: 'Commands', text };
}
