import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);

/** Licences that may be deployed with Apache-2.0 code, by names of SPDX. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  // Of fonts: it may be bundled with any software (SIL Open Font License 1.1, condition 2).
  'OFL-1.1',
]);

/** Deployed as files, although no code imports it: the page to try the API. */
const SERVED = ['node_modules/swagger-ui-dist'];

interface Locked {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

function deployedPackages(): readonly string[] {
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8'));
  const packages = Object.entries<Locked>(lock.packages).filter(([path]) => path !== '');
  const deployed = packages.filter(([, { dev, devOptional }]) => !dev && !devOptional);
  return [...deployed.map(([path]) => path), ...SERVED];
}

/** An SPDX expression without parentheses inside: `MIT`, `(MIT OR GPL-3.0)`, `MIT AND ISC`. */
function isAllowed(licence: string): boolean {
  const alternatives = licence.replace(/^\((.*)\)$/, '$1').split(' OR ');
  return alternatives.some((alternative) => alternative.split(' AND ').every((name) => ALLOWED.has(name)));
}

it.each([
  ['MIT', true],
  ['(GPL-3.0-only OR MIT)', true],
  ['Apache-2.0 AND ISC', true],
  ['Apache-2.0 AND GPL-3.0-only', false],
  ['AGPL-3.0-only', false],
  ['SEE LICENSE IN LICENSE', false],
  ['', false],
])('takes the licence %j: %s', (licence, allowed) => expect(isAllowed(licence)).toBe(allowed));

it('knows an allowed licence of every deployed package', () => {
  const licences = deployedPackages().map((path) => {
    const { license } = JSON.parse(readFileSync(new URL(`${path}/package.json`, root), 'utf8'));
    return { path, license };
  });
  expect(licences.map(({ path }) => path)).toContain('node_modules/zod');
  expect(licences.filter(({ license }) => !isAllowed(String(license)))).toEqual([]);
});
