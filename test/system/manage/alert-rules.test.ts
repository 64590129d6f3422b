import { describe, expect, it } from 'vitest';
import { createClock } from '../../../local/cloud.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { type Answer, startEndpoint } from '../../helpers/servers/endpoint.ts';
import { itemsAbout, makeTenant } from '../../helpers/tenant.ts';

const MINUTE_MS = 60_000;
const clock = createClock();
const cloud = await startCloud({ clock });
const CONTACT = 'ops@acme.example';

interface Rule {
  readonly id: string;
  readonly state: string;
  readonly since?: string;
  readonly value?: number | null;
}

/** An endpoint that answers as a test says, and what operational events came there. */
async function endpointThat(first: Answer) {
  let answer = first;
  const endpoint = await startEndpoint(() => answer);
  return {
    url: endpoint.url,
    answerWith(next: Answer): void {
      answer = next;
    },
    events: () =>
      endpoint.arrivals
        .filter(({ headers }) => String(headers['posthorn-event-type']).startsWith('posthorn.'))
        .map(({ headers, body }) => ({
          type: String(headers['posthorn-event-type']).replace('posthorn.alert.', ''),
          data: JSON.parse(body.toString()) as Record<string, unknown>,
        })),
  };
}

async function judge(): Promise<void> {
  await cloud.settled();
  expect(await cloud.runSchedule('Assess')).toMatchObject([{ kind: 'returned' }]);
  await cloud.settled();
}

async function setUp() {
  const tenant = await makeTenant(cloud, ['manage', 'publish'], { contact: CONTACT });
  const { api } = tenant;
  const [shop, owner] = [await endpointThat({ status: 200 }), await endpointThat({ status: 200 })];
  const { targetId } = await api.subscribe({ url: shop.url, events: ['shop.**'], retry: { schedule: [] } });
  const told = await api.call<{ id: string }>('POST', '/v1/targets', { url: owner.url });
  const mailsBefore = cloud.mails.length;
  return {
    api,
    tenant,
    shop,
    owner,
    targetId,
    told: told.id,
    mails: () => cloud.mails.slice(mailsBefore).filter(({ to }) => to.includes(CONTACT)),
    create: (when: object, more: object = {}) =>
      api.call<Rule>('POST', '/v1/alert-rules', {
        name: 'shop <b>x</b> http://evil.example',
        when,
        notify: { mail: true, targetId: told.id },
        ...more,
      }),
    rule: ({ id }: Rule) => api.call<Rule>('GET', `/v1/alert-rules/${id}`),
    publish: (count: number) =>
      Promise.all(Array.from({ length: count }, () => api.publish('shop.order', { n: 1 }))),
  };
}
type SetUp = Awaited<ReturnType<typeof setUp>>;

interface Scene {
  readonly when: object;
  /** Makes the condition hold. */
  holds(on: SetUp): Promise<void>;
  /** Ends it. */
  ends(on: SetUp): Promise<void>;
  readonly value: unknown;
  readonly threshold: number;
  /** Judgements until it is known to be over. */
  readonly calm: number;
  readonly isOfTarget?: boolean;
  readonly mail: string;
}

const SCENES: Record<string, Scene> = {
  successRate: {
    when: { metric: 'successRate', below: 0.9, minutes: 5, minimum: 10 },
    async holds({ shop, publish }) {
      await publish(9);
      await cloud.settled();
      shop.answerWith({ status: 400 });
      await publish(3);
    },
    async ends({ shop, publish }) {
      shop.answerWith({ status: 200 });
      clock.advance(6 * MINUTE_MS);
      await publish(12);
    },
    value: 0.75,
    threshold: 0.9,
    calm: 2,
    isOfTarget: true,
    mail: '75 % succeed',
  },
  timeToDelivery: {
    when: { metric: 'timeToDelivery', statistic: 'average', aboveMs: 1000, minutes: 5, minimum: 10 },
    async holds({ shop, publish }) {
      shop.answerWith({ status: 200, afterMs: 1200 });
      await publish(10);
    },
    async ends({ shop, publish }) {
      shop.answerWith({ status: 200 });
      clock.advance(12 * MINUTE_MS);
      await publish(10);
    },
    value: expect.toSatisfy((value: number) => value > 1000),
    threshold: 1000,
    calm: 2,
    isOfTarget: true,
    mail: ' ms',
  },
  deadLetters: {
    when: { metric: 'deadLetters', atLeast: 3, minutes: 5 },
    async holds({ shop, publish }) {
      shop.answerWith({ status: 400 });
      await publish(3);
    },
    async ends() {
      clock.advance(6 * MINUTE_MS);
    },
    value: 3,
    threshold: 3,
    calm: 2,
    mail: '3 dead letters',
  },
  events: {
    when: { metric: 'events', atLeast: 4, minutes: 5, eventType: 'shop.order' },
    async holds({ publish, api }) {
      await publish(3);
      await api.publish('shop.other', {});
      await judge();
      await publish(1);
    },
    async ends() {
      clock.advance(6 * MINUTE_MS);
    },
    value: 4,
    threshold: 4,
    calm: 2,
    mail: '4 events',
  },
  silence: {
    when: { metric: 'silence', hours: 1, eventType: 'shop.order' },
    async holds({ publish, api }) {
      await publish(1);
      await judge();
      clock.advance(70 * MINUTE_MS);
      // Others are no news of the one that is awaited.
      await api.publish('shop.other', {});
    },
    async ends({ publish }) {
      await publish(1);
    },
    value: expect.toSatisfy((value: number) => value >= 1.1 && value < 1.5),
    threshold: 1,
    calm: 1,
    mail: 'nothing for 1.',
  },
};

describe('an alert rule about', () => {
  it.each(Object.entries(SCENES))(
    '%s rings once, and says when it is over, by event and mail (A24)',
    async (_, scene) => {
      const on = await setUp();
      const { owner, mails } = on;
      const about = scene.isOfTarget ? { targetId: on.targetId } : {};
      const made = await on.create(scene.when, about);
      await judge();
      expect(owner.events()).toEqual([]);

      await scene.holds(on);
      await judge();
      expect(await on.rule(made)).toMatchObject({ state: 'ringing', value: scene.value });
      await judge();
      await eventually(() => expect(owner.events()).toHaveLength(1));
      const { since } = await on.rule(made);
      const news = {
        ruleId: made.id,
        ruleName: 'shop <b>x</b> http://evil.example',
        when: scene.when,
        threshold: scene.threshold,
        ...about,
      };
      expect(owner.events()).toEqual([
        { type: 'raised', data: { ...news, value: scene.value, raisedAt: since } },
      ]);

      await scene.ends(on);
      for (let n = 1; n < scene.calm; n++) {
        await judge();
        expect(await on.rule(made)).toMatchObject({ state: 'ringing' });
      }
      await judge();
      expect(await on.rule(made)).toMatchObject({ state: 'ok' });
      await judge();
      await eventually(() => expect(owner.events()).toHaveLength(2));
      const { since: over } = await on.rule(made);
      expect(owner.events()[1]).toMatchObject({
        type: 'resolved',
        data: { ...news, raisedAt: since, resolvedAt: over, reason: 'over' },
      });

      expect(mails()).toMatchObject([
        { from: 'alerts@posthorn.example', to: [CONTACT], subject: expect.stringContaining('alert "shop') },
        { from: 'alerts@posthorn.example', to: [CONTACT], subject: expect.stringContaining('over') },
      ]);
      expect(mails()[0]!.text).toContain(scene.mail);
      expect(mails()[0]!.text).toContain(made.id);
      for (const { text, subject } of mails())
        expect(text + subject).not.toMatch(/https?:|evil\.example|<b>x<\/b>/);
      expect(cloud.denials).toEqual([]);
    },
  );
});

describe('an alert rule', () => {
  it('that tells an endpoint which refuses everything does not feed itself (A13, A24)', async () => {
    const on = await setUp();
    on.owner.answerWith({ status: 400 });
    on.shop.answerWith({ status: 400 });
    const made = await on.create(SCENES.deadLetters!.when);
    await on.publish(3);
    await judge();
    expect(await on.rule(made)).toMatchObject({ state: 'ringing', value: 3 });
    // The delivery of its own event is dead by now, and so are those about dead deliveries.
    expect(on.owner.events().map(({ type }) => type)).toEqual(['raised']);
    for (const _ of [1, 2, 3]) {
      clock.advance(6 * MINUTE_MS);
      await judge();
    }
    expect(await on.rule(made)).toMatchObject({ state: 'ok', value: 0 });
    expect(on.owner.events().map(({ type }) => type)).toEqual(['raised', 'resolved']);
  });

  it('that is switched off while it rings is reported as over, and is watched no more (A24)', async () => {
    const on = await setUp();
    on.shop.answerWith({ status: 400 });
    const made = await on.create(SCENES.deadLetters!.when);
    await on.publish(3);
    await judge();
    await on.api.call('PATCH', `/v1/alert-rules/${made.id}`, { active: false });
    expect(await on.rule(made)).toMatchObject({ state: 'unknown' });
    await judge();
    await eventually(() => expect(on.owner.events()).toHaveLength(2));
    expect(on.owner.events()[1]).toMatchObject({ type: 'resolved', data: { reason: 'changed' } });
    // It could be about to be switched on again.
    clock.advance(11 * MINUTE_MS);
    await judge();
    const watched = await itemsAbout(cloud, 'State', made.id.slice(4));
    expect(watched.filter(({ pk }) => String(pk).startsWith('alert-rules#'))).toEqual([]);
    await on.api.call('PATCH', `/v1/alert-rules/${made.id}`, { active: true });
    await on.publish(3);
    await judge();
    expect(await on.rule(made)).toMatchObject({ state: 'ringing' });
  });

  it('mails as soon as SES takes it, and its event does not wait (A24)', async () => {
    const on = await setUp();
    on.shop.answerWith({ status: 400 });
    await on.create(SCENES.deadLetters!.when);
    await on.publish(3);
    const restore = cloud.disturb('ses', { kinds: ['throttled'] });
    await judge();
    await eventually(() => expect(on.owner.events()).toHaveLength(1));
    expect([on.mails().length, restore()]).toEqual([0, 1]);
    await judge();
    await judge();
    expect([on.mails().length, on.owner.events().length]).toEqual([1, 1]);
    expect(cloud.warnings('alert not mailed')).toMatchObject([{ error: 'TooManyRequestsException' }]);
  });
});
