import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AT, messageBy, PRESETS, type PresetName, requestBy } from '../../../helpers/providers/presets.ts';
import { refusedBy } from '../../../helpers/providers/rules.ts';

/** What any message has to be, whatever the event. */

const ROOTED = ['type', 'id', 'source', 'data', 'data.a', 'data.b.c', 'data.0'];
const template = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 20 }).filter((text) => !/[{}]/.test(text)),
      fc.constantFrom(...ROOTED.map((path) => `{{${path}}}`)),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.join(''));

/** Texts that services read more into. */
const hostile = fc.constantFrom(
  '<!channel> <@U123> <https://evil.example|click>',
  '@everyone @here <@&123> [click](https://evil.example)',
  '&'.repeat(4000),
  '*'.repeat(4000),
  '\u{1f4a5}'.repeat(3000),
  '\ud800',
  '\u202eabc\u0000\n\n',
  '%%% \n@channel\n %%%',
  '',
  '😀<'.repeat(9000),
);
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 50 }),
  hostile,
  fc.integer(),
  fc.double(),
  fc.constant(null),
  fc.boolean(),
  fc.object({ maxDepth: 2 }),
);
const payload = fc.oneof(
  fc.dictionary(fc.oneof(fc.string({ maxLength: 30 }), hostile), value, { maxKeys: 60 }),
  fc.array(value, { maxLength: 5 }),
  value,
  fc.uint8Array({ maxLength: 200 }),
);
const settings = fc.record(
  {
    title: template,
    link: fc.constantFrom(
      'https://shop.example/{{data.a}}',
      'https://shop.example/?q={{data}}',
      'https://a.example',
    ),
    fields: fc.subarray(ROOTED, { minLength: 1 }),
  },
  { requiredKeys: [] },
);
const about = fc.record(
  {
    source: fc.string({ minLength: 1, maxLength: 1024 }),
    test: fc.constant(true),
    priority: fc.constantFrom('critical' as const, 'normal' as const, 'low' as const),
    type: fc.constantFrom('a.b', 'x'.repeat(256), 'a_b.c@d'),
    id: fc.constantFrom('evt_1', 'order-7', 'i'.repeat(256)),
  },
  { requiredKeys: [] },
);

/** The largest bodies, and texts, that services take. */
const BYTES: Readonly<Partial<Record<PresetName, number>>> = { teams: 28 * 1024, pagerduty: 512 * 1024 };

describe.each(PRESETS)('any message for %s', (kind) => {
  it('is one that the service takes (A25)', async () => {
    await fc.assert(
      fc.asyncProperty(payload, settings, about, async (data, own, event) => {
        const message = await messageBy(kind, data ?? null, own, event);
        expect(refusedBy(kind, message)).toBe('');
        expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(BYTES[kind] ?? 512 * 1024);
        expect(JSON.stringify(message).isWellFormed()).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('is the same whenever it is made again', async () => {
    const event = { ulid: '01K00000000000000000000000' };
    const [first, second] = [
      await requestBy(kind, { a: 1 }, {}, event),
      await requestBy(kind, { a: 1 }, {}, event),
    ];
    expect(Buffer.from(first.body)).toEqual(Buffer.from(second.body));
  });

  it('shows digits of long numbers as they are', async () => {
    const body = Buffer.from('{"order": 12345678901234567890, "of": [1, 98765432109876543210]}');
    const text = JSON.stringify(await messageBy(kind, body));
    expect(text).toContain('12345678901234567890');
    expect(text).toContain('98765432109876543210');
  });

  it('bears a payload of any depth', async () => {
    const deep = Buffer.from(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(refusedBy(kind, await messageBy(kind, deep))).toBe('');
  });

  it('keeps no credential in what the log gets of it', async () => {
    const { sent, credentials } = await requestBy(kind, { a: 1 });
    for (const secret of credentials!) expect(JSON.stringify(sent)).not.toContain(secret);
    expect(sent).toMatchObject({ kind, signatures: '' });
  });
});

describe('texts of payloads', () => {
  const MENTIONS = { text: '<!channel> @everyone <@U1> @here <https://evil.example|click>' };

  it('call nobody in Slack: nothing of them is read (A25)', async () => {
    const message = await messageBy('slack', MENTIONS, { title: '{{data.text}}' });
    const own = /<!date\^\d+\^[^|<>]*\|[^<>|]*>/g;
    expect(JSON.stringify(message).replaceAll(own, '')).not.toMatch(/[<>]/);
    expect(JSON.stringify(message)).toContain('&lt;!channel&gt;');
  });

  it('call nobody in Discord (A25)', async () => {
    const message = await messageBy('discord', MENTIONS, { title: '{{data.text}}' });
    expect(message.allowed_mentions).toEqual({ parse: [] });
    expect(message).not.toHaveProperty('content');
  });

  it('call nobody in Teams: a mention would need an entity (A25)', async () => {
    const text = JSON.stringify(await messageBy('teams', { text: '<at>Everyone</at>' }));
    expect(text).not.toContain('"entities"');
  });

  it('call nobody in Datadog, and are no Markdown (A25)', async () => {
    const { text, title } = await messageBy('datadog', Buffer.from('%%% \n@pagerduty @all\n %%%'), {
      title: '@all',
    });
    expect(`${title} ${text}`).not.toMatch(/@\w/);
    expect(text).not.toMatch(/^\s*%%%/);
  });

  it('are cut between characters, and say so', async () => {
    const { blocks } = await messageBy('slack', { text: '&'.repeat(3000) });
    const shown = JSON.stringify(blocks);
    expect(shown).toMatch(/&amp;…/);
    expect(shown).not.toMatch(/&(?!amp;)/);
  });
});

describe('a message of a test event', () => {
  it.each(PRESETS)('of %s says that it is one', async (kind) => {
    const message = await messageBy(kind, {}, {}, { test: true });
    expect(JSON.stringify(message).replaceAll('\\', '')).toContain('[test] payment.failed');
  });
});

describe('the time of an old event', () => {
  it('is left out for Datadog, which would refuse it', async () => {
    expect(await messageBy('datadog', {})).toMatchObject({ date_happened: AT / 1000 });
    const old = await messageBy('datadog', {}, {}, { ulid: '01H00000000000000000000000' });
    expect(old).not.toHaveProperty('date_happened');
  });
});
