import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { furnish, PLAIN } from '../helpers/browser/furnished.ts';
import { settle } from '../helpers/browser/pages.ts';
import { consumer, inBrowser, operator } from '../helpers/browser/visitor.ts';
import { sharedCloud } from '../helpers/cloud.ts';

const PATIENCE_MS = 180_000;

/** Pages that read all that there is to read. */
const LOOKED_AT = new Set([
  'overview',
  'events',
  'event',
  'deliveries',
  'delivery',
  'endpoints',
  'endpoint, failing',
  'subscriptions',
  'event types',
  'dead letters',
  'replays',
]);

/** Everything that a page got of the API, over the socket too. */
function heardBy(page: Page): { text(): Promise<string>; frames: string[] } {
  const frames: string[] = [];
  const answers: Promise<string>[] = [];
  page.on('response', (response) => {
    if (/\/(v1|stats|health)/.test(response.url())) answers.push(response.text().catch(() => ''));
  });
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
  return { frames, text: async () => [...frames, ...(await Promise.all(answers))].join('\n') };
}

inBrowser('what belongs to others', () => {
  it(
    'is seen by no other tenant, and by no token that is limited to other endpoints, nor heard on the socket (A19)',
    async () => {
      const [ours, theirs] = [await sharedCloud(), await sharedCloud()];
      const mine = await furnish(ours);
      await furnish(theirs, {
        ...PLAIN,
        name: 'Somebody else',
        type: 'secret.thing',
        payload: { secret: 'of theirs' },
      });
      const their = await furnish(theirs, { ...PLAIN, name: 'Others', type: 'other.thing' });

      const owner = await operator(ours);
      const limited = await consumer(ours, { targetIds: [mine.ids.healthy] });
      const [ownerHeard, limitedHeard] = [heardBy(owner.page), heardBy(limited.page)];
      // A limited token is refused what is the whole tenant’s.
      limited.problems.expect(/\b40[34]\b/);
      for (const [name, path] of Object.entries(mine.paths)) {
        if (!LOOKED_AT.has(name)) continue;
        await settle(owner.page, path);
        await settle(limited.page, `/portal${path}`);
      }
      // By its id, what is theirs is as if it were not there.
      owner.problems.expect(/\b404\b/);
      for (const path of [
        `/deliveries/${their.ids.delivery}`,
        `/endpoints/${their.ids.failing}`,
        `/events/${their.ids.event}`,
      ]) {
        await settle(owner.page, path);
        await settle(limited.page, `/portal${path}`);
      }
      // Both listen while all three endpoints of ours, and theirs, get an event.
      await settle(owner.page, '/');
      await settle(limited.page, '/portal/');
      for (const { page } of [owner, limited]) await page.getByRole('button', { name: /^Live\./ }).waitFor();
      await theirs.api.publish('other.thing', { told: 'to them' });
      await ours.api.publish(PLAIN.type, { told: 'to us' });
      for (const { frames } of [ownerHeard, limitedHeard]) {
        await expect.poll(() => frames.join(), { timeout: 20_000 }).toContain(mine.ids.healthy);
      }
      await expect.poll(() => ownerHeard.frames.join(), { timeout: 20_000 }).toContain(mine.ids.failing);

      const [ownerText, limitedText] = [await ownerHeard.text(), await limitedHeard.text()];
      const idsAsked = new Set([their.ids.delivery, their.ids.failing, their.ids.event]);
      for (const text of [ownerText, limitedText]) {
        for (const word of [
          theirs.tenant,
          'Somebody else',
          'secret.thing',
          'of theirs',
          'other.thing',
          'to them',
        ]) {
          expect(text.includes(word), word).toBe(false);
        }
        for (const id of Object.values(their.ids))
          if (!idsAsked.has(id)) expect(text.includes(id), id).toBe(false);
      }
      for (const id of [mine.ids.failing, mine.ids.dead, mine.ids.letter])
        expect(limitedText.includes(id), id).toBe(false);
      expect(ownerText).toContain(mine.ids.failing);
    },
    PATIENCE_MS,
  );
});
