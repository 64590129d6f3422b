import { randomBytes } from 'node:crypto';
import {
  deleteBinding,
  getBound,
  getSubscription,
  listSubscriptions,
  putBinding,
  raiseVersion,
} from '../adapters/config-store.ts';
import { listDeliveries } from '../adapters/delivery-log.ts';
import { requireEnv } from '../adapters/env.ts';
import { notFound } from '../adapters/http.ts';
import { tenantOf } from '../api-context.ts';
import type { Subscription } from '../domain/config.ts';
import { ulidOf, ulidSource } from '../domain/ids.ts';
import { bind, newSubscriptionSchema } from '../domain/new-subscription.ts';
import { NEW_SECRET_BYTES } from '../domain/signature.ts';
import { type Answer, bodyOf, type ManageRequest, pageAnswer, pageOf, pathId } from './request.ts';
import { deliveryView, subscriptionView } from './views.ts';

const configTable = requireEnv('CONFIG_TABLE');
const logTable = requireEnv('LOG_TABLE');
const schema = newSubscriptionSchema(requireEnv('ALLOW_HTTP') === 'true');
const nextUlid = ulidSource();

/** The answer is the only one that shows the secret. */
export async function createSubscription(request: ManageRequest): Promise<Answer> {
  const now = Date.now();
  const binding = bind(bodyOf(request, schema), {
    ulid: () => nextUlid(now),
    secret: randomBytes(NEW_SECRET_BYTES),
    at: new Date(now).toISOString(),
  });
  await putBinding(configTable, tenantOf(request), binding);
  return { status: 201, body: { ...subscriptionView(binding), secret: binding.target.secrets[0]!.value } };
}

export async function getSubscriptionById(request: ManageRequest): Promise<Answer> {
  const [binding] = await getBound(configTable, tenantOf(request), [await existingSubscription(request)]);
  if (!binding) throw notFound('subscription');
  return { status: 200, body: subscriptionView(binding) };
}

export async function listSubscriptionsOfTenant(request: ManageRequest): Promise<Answer> {
  const page = pageOf(request);
  const after = page.cursor && `sub_${page.cursor}`;
  const found = await Array.fromAsync(listSubscriptions(configTable, tenantOf(request), page.limit, after));
  const bindings = await getBound(configTable, tenantOf(request), found);
  const views = new Map(bindings.map((binding) => [binding.subscription.id, subscriptionView(binding)]));
  return pageAnswer(
    found.map(({ id }) => ({ view: views.get(id), cursor: ulidOf('sub', id)! })),
    page,
  );
}

/** Events accepted from now on no longer match; deliveries under way find no target and are dead. */
export async function deleteSubscription(request: ManageRequest): Promise<Answer> {
  const subscription = await findSubscription(request);
  if (!subscription) {
    // An earlier delete may have failed after the subscription was gone and before anybody was told.
    await raiseVersion(configTable, tenantOf(request));
    throw notFound('subscription');
  }
  await deleteBinding(configTable, tenantOf(request), subscription);
  return { status: 204 };
}

/** The history stays readable as long as the log keeps it, also of a subscription that was deleted. */
export async function listSubscriptionDeliveries(request: ManageRequest): Promise<Answer> {
  const page = pageOf(request);
  const now = Date.now();
  const id = pathId(request);
  if (!ulidOf('sub', id)) throw notFound('subscription');
  const deliveries = await listDeliveries(logTable, tenantOf(request), id, page.limit, page.cursor, now);
  if (deliveries.length === 0 && !page.cursor) await existingSubscription(request);
  return pageAnswer(
    deliveries.map((delivery) => ({ view: deliveryView(delivery, now), cursor: delivery.event.ulid })),
    page,
  );
}

async function existingSubscription(request: ManageRequest): Promise<Subscription> {
  const found = await findSubscription(request);
  if (!found) throw notFound('subscription');
  return found;
}

async function findSubscription(request: ManageRequest): Promise<Subscription | undefined> {
  const id = pathId(request);
  return ulidOf('sub', id) ? getSubscription(configTable, tenantOf(request), id) : undefined;
}
