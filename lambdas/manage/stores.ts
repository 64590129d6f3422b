import { configured } from './configured.ts';

/** All that tenants configure, by kind. */
export const targets = configured('target');
export const filters = configured('filter');
export const subscriptions = configured('subscription');
export const eventTypes = configured('type');
export const keys = configured('key');
