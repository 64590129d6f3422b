import type { Command } from '../command.ts';

/** What is loaded with a file of configuration is no part of the other commands. */

export const applyCommands: readonly Command[] = [
  {
    words: 'apply',
    summary: 'Bring targets, filters, subscriptions and event types to what files say.',
    description:
      'Shows a plan first and asks. What is there already is found by the mark that an earlier run has left, or by an id in the file. Nothing is deleted without --prune, and then only what files of the same name have made.',
    options: [
      { flags: '-f, --file <path...>', description: 'YAML or JSON, a folder of such files, or - for stdin.' },
      { flags: '-y, --yes', description: 'Do not ask.' },
      { flags: '--dry-run', description: 'Show the plan, and do nothing.' },
      { flags: '--exit-code', description: 'With --dry-run: end with 10 if there is something to do.' },
      {
        flags: '--prune',
        description: 'Delete what files of this name have made and do not declare any more.',
      },
      {
        flags: '--allow-breaking',
        description: 'Take schemas of event types that break readers of the same version.',
      },
    ],
    examples: [
      'posthorn apply -f webhooks.yaml',
      ['posthorn apply -f webhooks/ --yes --prune', 'in CI: a folder, and what has left it is deleted'],
      ['posthorn apply -f webhooks.yaml --dry-run --exit-code', 'whether anything has drifted: 10 if so'],
    ],
    covers: ['dryRun'],
    run: async (...given) => (await import('../apply/apply.ts')).apply(...given),
  },
  {
    words: 'export',
    summary: 'Write what there is as a file for `apply`.',
    description:
      'Secrets are not in it, nor values of headers: comments say where they go. What alert rules and `listen` look after is left out.',
    options: [
      { flags: '--label <name>', description: 'Only what the configuration of this name has made.' },
      { flags: '--name <name>', description: 'What the configuration is called: exported, if left out.' },
      {
        flags: '--portable',
        description: 'For another tenant: without ids, and with the values of headers from the environment.',
      },
      { flags: '-o, --output <file>', description: 'Into a file instead of stdout.' },
    ],
    examples: [
      'posthorn export',
      ['posthorn export --label shop -o webhooks.yaml', 'what a file has made'],
      [
        'posthorn export --portable --profile staging | posthorn apply -f - --profile prod',
        'to another environment',
      ],
    ],
    run: async (...given) => (await import('../export/export.ts')).exportConfiguration(...given),
  },
];
