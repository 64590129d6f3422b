import type { Answer, Row, Schemas } from '../../api/types.ts';

/** A delivery, with every attempt. */
export type Delivery = Answer<'/v1/deliveries/{id}'>;
export type DeliveryRow = Row<'/v1/deliveries'>;
export type Attempt = Schemas['Attempt'];
export type Request = NonNullable<Attempt['request']>;
export type Timeline = Answer<'/v1/events/{id}/timeline'>;
export type TimelineEntry = Schemas['TimelineEntry'];
export type Upcoming = Schemas['Upcoming'];
export type DeathReason = NonNullable<Delivery['reason']>;
export type WaitReason = NonNullable<Delivery['waitingFor']>;
export type DeliveryStatus = Delivery['status'];
