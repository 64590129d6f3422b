// In a project of your own: from 'posthorn'.
import type { WebhookEvent } from '../../lib/posthorn.ts';

/** Passes an event on to the shop. The key lets the shop notice a repetition. */
export async function handler(event: WebhookEvent): Promise<void> {
  const headers = { 'content-type': event.contentType ?? 'application/json', 'idempotency-key': event.id };
  const answer = await fetch(process.env.SHOP_URL!, { method: 'POST', headers, body: event.body });
  // The event comes again, and after five tries goes to the dead-letter queue.
  if (!answer.ok) throw new Error(`expected the shop to take event ${event.id}, got ${answer.status}`);
}
