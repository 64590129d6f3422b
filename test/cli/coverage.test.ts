import { expect, test } from 'vitest';
import { COMMANDS, GROUPS } from '../../cli/commands.ts';
import { OPERATION_INFO } from '../../cli/routes/operation-info.ts';
import { kebab } from '../../cli/routes/route-options.ts';
import { type OperationName, ROUTES } from '../../lambdas/api/routes.ts';

/** Operations that no command stands for, and why none has to. */
const NO_COMMAND: Partial<Record<OperationName, string>> = {
  publishToSubscription: 'it is for producers that sign and have no key',
  relayRequest: 'Posthorn itself posts deliveries to it, for `listen`',
  createSession: 'a session is a browser’s',
  deleteSession: 'a session is a browser’s',
  redeemSignInLink: 'a browser redeems what `open` makes',
  signInWithOidc: 'a browser comes back from its provider with the code',
  leaveTenant: 'it ends what a session does for another tenant',
  getConsole: 'a page asks it before anybody has signed in',
  getIndex: 'it says where the others are',
  getDocs: 'a page',
  getDocsFile: 'what a page is made of',
  getCatalogue: 'a page',
};

const covered = new Set(COMMANDS.flatMap(({ covers = [] }) => covers));

test.each(Object.keys(ROUTES) as OperationName[])(
  '%s has a command, or a reason to have none (A20)',
  (name) => {
    expect(covered.has(name) || NO_COMMAND[name] !== undefined).toBe(true);
  },
);

test('nothing has both a command and a reason to have none', () => {
  expect([...covered].filter((name) => NO_COMMAND[name])).toEqual([]);
});

test('each command has an example that begins with its words, and words of its own', () => {
  const without = COMMANDS.filter(({ words, examples }) =>
    examples.every((one) => !`${typeof one === 'string' ? one : one[0]} `.includes(`posthorn ${words} `)),
  );
  expect(without.map(({ words }) => words)).toEqual([]);
  expect(new Set(COMMANDS.map(({ words }) => words)).size).toBe(COMMANDS.length);
});

test('each group has commands', () => {
  const used = new Set(COMMANDS.map(({ words }) => words.split(' ')[0]));
  expect(Object.keys(GROUPS).filter((group) => !used.has(group))).toEqual([]);
});

test('each parameter and each field of a body has an option of the command', () => {
  const lacking = COMMANDS.flatMap((command) => {
    const [operation] = command.covers ?? [];
    const flags = (command.options ?? []).map(({ flags }) => flags).join(' ');
    if (!operation || !flags.includes('--body')) return [];
    const fields = OPERATION_INFO[operation].body?.fields ?? [];
    return fields
      .map(({ name }) => kebab(name))
      .filter((name) => !flags.includes(`--${name}`))
      .map((name) => `${command.words} --${name}`);
  });
  expect(lacking).toEqual([]);
});
