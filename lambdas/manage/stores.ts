import type { ApiKey, EventType, Filter, Subscription, Target } from '../domain/config.ts';
import { configured } from './configured.ts';

/** All that tenants configure, by kind. */
export const targets = configured<Target>('target');
export const filters = configured<Filter>('filter');
export const subscriptions = configured<Subscription>('subscription');
export const eventTypes = configured<EventType>('type');
export const keys = configured<ApiKey>('key');
