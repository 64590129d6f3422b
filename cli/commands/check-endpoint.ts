import { SIGNATURE_SCHEMES } from '../../lambdas/targets/signature-schemes/names.ts';
import type { Command } from '../command.ts';
import { CHECK_IDS, OPTIONAL_IDS } from '../endpoint/check-ids.ts';
import { SECRET_VARIABLE } from '../verify/given-secrets.ts';

export const checkEndpoint: Command = {
  words: 'check-endpoint',
  summary: 'Send an endpoint right and wrong requests, and report what it does with them.',
  description: [
    'Posts up to 20 requests, made by the code that makes Posthorn’s own: signed rightly and wrongly, altered, old, twice, large, of an unknown type, several at once. It reports what a good endpoint does with each, and what this one did. Each event has the header posthorn-test and says in its data that it is a test.',
    `It needs no account: the secret comes from a file, from ${SECRET_VARIABLE}, or with --target from the API. Without one it makes one, and prints it. Ends with 0 when all that must hold does, with 1 when something does not, with 5 when the endpoint is out of reach. docs/endpoint-checklist.md explains each check.`,
  ].join('\n\n'),
  args: [
    {
      name: '[url]',
      description:
        'Of the endpoint: https://shop.example/hook, localhost:3000/hook or 3000/hook. That of --target when left out.',
    },
  ],
  options: [
    {
      flags: '--target <id>',
      description: 'Take address, secrets and time limit of this target, from the API.',
    },
    {
      flags: '--secret <secret...>',
      description: `Of the endpoint. It stays in the history of a shell: rather use --secret-file or ${SECRET_VARIABLE}.`,
    },
    { flags: '--secret-file <file...>', description: 'A file with the secret; whsk_… for ed25519.' },
    {
      flags: '--scheme <scheme>',
      description: 'How requests are signed: standard when left out.',
      choices: SIGNATURE_SCHEMES,
    },
    {
      flags: '--type <type>',
      description:
        'The type of the events: posthorn.check when left out. With --target or --profile its sample is sent.',
    },
    {
      flags: '--data <json>',
      description: 'The payload: JSON, @file, or - for stdin. It is sent as it is written.',
    },
    {
      flags: '-H, --header <line...>',
      description: 'A header that the target adds, as name: value. May be repeated.',
    },
    {
      flags: '--with <what...>',
      description: 'Check what only some targets send.',
      choices: OPTIONAL_IDS,
    },
    { flags: '--only <check...>', description: 'Make these checks alone, and answers.', choices: CHECK_IDS },
    { flags: '--skip <check...>', description: 'Leave these out.', choices: CHECK_IDS },
    {
      flags: '--max-bytes <number>',
      description:
        'The largest payload that your events have: 4500000 when left out, which is the most that Posthorn takes.',
    },
    { flags: '--timeout <time>', description: 'For each answer: 15s when left out, or the target’s.' },
    { flags: '--dry-run', description: 'Show what would be sent, and send nothing.' },
  ],
  examples: [
    ['posthorn check-endpoint localhost:3000/hook --secret-file secret.txt', 'an endpoint on this machine'],
    ['posthorn check-endpoint https://shop.example/hook --dry-run', 'what would be sent'],
    [
      'posthorn check-endpoint --target tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX --with challenge',
      'the endpoint of a target',
    ],
    [
      'posthorn check-endpoint 3000/hook --type order.paid --data @order.json --skip largest-body',
      'with an event of yours',
    ],
  ],
  // Loaded here: it needs Node's http, which takes as long to load as all the rest of the tool.
  run: async (context, args, options) =>
    (await import('../endpoint/run.ts')).checkEndpoint(context, args, options),
};
