import { expect } from 'vitest';
import type { SharedCloud } from './cloud.ts';
import { itemsAbout } from './tenant.ts';

/** Says which credential is nowhere: in no log line, in no table but the target's own item, and in no answer of the API. */
export async function expectNowhere(cloud: SharedCloud, credentials: readonly string[]): Promise<void> {
  const { api, tenant } = cloud;
  const printed = cloud.lines.map(({ text }) => text).join('\n');
  const views = await Promise.all(
    ['targets', 'subscriptions', 'deliveries', 'audit', 'events'].map((list) =>
      api.call('GET', `/v1/${list}`),
    ),
  );
  for (const credential of credentials) {
    expect(printed).not.toContain(credential);
    expect(JSON.stringify(views)).not.toContain(credential);
    for (const table of ['Log', 'State'] as const) {
      expect(await itemsAbout(cloud, table, credential)).toEqual([]);
    }
    const kept = await itemsAbout(cloud, 'Config', credential);
    expect(kept.filter(({ sk }) => !String(sk).startsWith('target#'))).toEqual([]);
    expect(kept.every(({ pk }) => pk === `tenant#${tenant}`)).toBe(true);
  }
}
