import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../cli/files/yaml.ts';
import { EXPECTED, rowsOf } from '../../../examples/ecommerce/expected.ts';
import { runShop } from '../../../examples/ecommerce/run.ts';

const page = await readFile('docs/examples.md', 'utf8');
const file = async (name: string) => readFile(`examples/ecommerce/${name}`, 'utf8');

describe('the shop (A26)', () => {
  it('brings to everybody what they have to get, and nothing else', async () => {
    const said: string[] = [];
    const { rows, problems } = await runShop((line) => said.push(line));
    expect(problems).toEqual([]);
    expect(rows.map(({ who, arrived, right }) => ({ who, arrived, right }))).toEqual(
      EXPECTED.map(({ who, gets }) => ({ who, arrived: gets.length, right: true })),
    );
    expect(said.join('\n')).toMatch(/\d+ to create/);
  }, 180_000);

  it('notices what is missing, and what is too much', () => {
    const right = (arrivals: Parameters<typeof rowsOf>[0]) =>
      rowsOf(arrivals).find(({ who }) => who === 'Payment team')!.right;
    const failure = { at: '/payment-team', type: 'payment.failed', data: { orderId: 'o-4' } };
    expect(right([])).toBe(false);
    expect(right([failure])).toBe(true);
    expect(right([failure, failure])).toBe(false);
    expect(right([failure, { ...failure, data: { orderId: 'o-3' } }])).toBe(false);
  });
});

describe('docs/examples.md', () => {
  it('shows the table of the run', () => {
    for (const { who, what, gets } of EXPECTED)
      expect(page).toMatch(
        new RegExp(`^${escaped(who)} +${escaped(what)} +${gets.length} +${gets.length}  ✓$`, 'm'),
      );
  });

  it('quotes what is in the files', async () => {
    const { targets, subscriptions } = configurationIn(await file('posthorn.yaml'));
    const quoted = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text]) =>
      Object.entries(yaml(text!) as Record<string, object>),
    );
    expect(quoted.length).toBeGreaterThan(3);
    for (const [name, entry] of quoted)
      expect({ ...targets, ...subscriptions }[name], name).toMatchObject(entry);
    const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
    const plain = (text: string): string => text.replace(/\s+/g, ' ');
    expect(plain(await file('run.ts'))).toContain(plain(code).trim());
  });
});

interface Configuration {
  readonly targets: Readonly<Record<string, object>>;
  readonly subscriptions: Readonly<Record<string, object>>;
}

const yaml = (text: string): unknown =>
  parseYaml({ name: 'page.yaml', text }).sources.map(({ value }) => value)[0];
const configurationIn = (text: string): Configuration => yaml(text) as Configuration;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
