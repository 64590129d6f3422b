import { describe, expect, inject, test } from 'vitest';
import { topicsOf } from '../helpers/kafka/topics.ts';
import { assembly, lambda, ref, resource, role, start, until } from '../local/fixtures.ts';

const broker = inject('kafkaBroker');

/** Prints each event; one that holds `no` fails the first time. */
const code = {
  fn: `
    let failed = false;
    export const handler = async (event) => {
      const values = Object.values(event.records).flat().map(({ value }) => value && atob(value));
      console.log(JSON.stringify({ values, event }));
      if (values.includes('no') && !failed) {
        failed = true;
        throw new Error('no');
      }
    };`,
};

/** The first group of a broker is there once it has made a topic for offsets. */
const WAIT_MS = 30_000;

const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:kafka-AbCdEf';

async function startMapped(topic: string, options: object = {}, mapping: object = {}) {
  const cloud = await start(
    assembly(
      {
        Role: role(['secretsmanager:GetSecretValue', SECRET]),
        Fn: lambda('fn', 'Role', { Timeout: 5 }),
        Map: resource('AWS::Lambda::EventSourceMapping', {
          FunctionName: ref('Fn'),
          SelfManagedEventSource: {
            Endpoints: { KafkaBootstrapServers: ['b1.example.com:9096', 'b2.example.com:9096'] },
          },
          SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: `group-${topic}` },
          SourceAccessConfigurations: [{ Type: 'SASL_SCRAM_512_AUTH', URI: SECRET }],
          Topics: [topic],
          StartingPosition: 'TRIM_HORIZON',
          BatchSize: 10,
          MaximumBatchingWindowInSeconds: 0,
          ...mapping,
        }),
      },
      code,
    ),
    { kafkaBrokers: [broker], ...options },
  );
  const events = (): { values: (string | null)[]; event: Record<string, unknown> }[] =>
    cloud.lines.flatMap((line) => (line.text.startsWith('{"values') ? JSON.parse(line.text) : []));
  const values = () => events().flatMap((event) => event.values);
  return { cloud, events, values };
}

describe.skipIf(broker === '')('a mapping of Kafka', () => {
  test('hands over records as Lambda does, and commits what the function took (B8)', async () => {
    await using topics = topicsOf(broker);
    await topics.create('shape', 2);
    await topics.produce(
      'shape',
      { value: 'one', key: 'k', headers: { 'Event-Type': 'ä', empty: '' } },
      { value: null, key: 'gone' },
      { value: 'two', partition: 1 },
    );
    const { events, values } = await startMapped('shape');
    await until(() => values().length === 3, WAIT_MS);
    const records = Object.assign({}, ...events().map(({ event }) => event.records));
    expect(events()[0]!.event).toMatchObject({
      eventSource: 'SelfManagedKafka',
      bootstrapServers: 'b1.example.com:9096,b2.example.com:9096',
    });
    expect(Object.keys(events()[0]!.event)).toEqual(['eventSource', 'bootstrapServers', 'records']);
    expect(records).toEqual({
      'shape-0': [
        {
          topic: 'shape',
          partition: 0,
          offset: 0,
          timestamp: expect.any(Number),
          timestampType: 'CREATE_TIME',
          key: 'aw==',
          value: 'b25l',
          headers: [{ 'Event-Type': [0xc3, 0xa4] }, { empty: [] }],
        },
        expect.objectContaining({ offset: 1, key: 'Z29uZQ==', headers: [] }),
      ],
      'shape-1': [expect.objectContaining({ partition: 1, offset: 0, value: 'dHdv' })],
    });
    expect(records['shape-0'][1]).not.toHaveProperty('value');
    await until(async () => (await topics.committed('group-shape', 'shape')) === 2, WAIT_MS);
  });

  test('repeats a batch that fails, in its order, and reads nothing behind it before (B8)', async () => {
    await using topics = topicsOf(broker);
    await topics.create('repeated');
    await topics.produce('repeated', ...['a', 'no', 'b', 'c'].map((value) => ({ value })));
    const { events, values } = await startMapped('repeated', {}, { BatchSize: 2 });
    await until(() => values().includes('c'), WAIT_MS);
    expect(events().map((event) => event.values)).toEqual([
      ['a', 'no'],
      ['a', 'no'],
      ['b', 'c'],
    ]);
  });

  test('goes on where another cloud ended (B8)', async () => {
    await using topics = topicsOf(broker);
    await topics.create('resumed');
    await topics.produce('resumed', { value: 'first' });
    const first = await startMapped('resumed');
    await until(async () => (await topics.committed('group-resumed', 'resumed')) === 1, WAIT_MS);
    await first.cloud.stop();
    await topics.produce('resumed', { value: 'second' });
    const second = await startMapped('resumed');
    await until(() => second.values().includes('second'), WAIT_MS);
    expect(second.values()).toEqual(['second']);
  });
});

test('a broker that is not there is told of once, and asked again (B8)', async () => {
  const { cloud } = await startMapped('nowhere', { kafkaBrokers: ['127.0.0.1:1'] });
  const told = () =>
    cloud.lines.filter(({ text }) => text.startsWith('NotPolled  Map, topic nowhere at 127.0.0.1:1: '));
  await until(() => told().length === 1, WAIT_MS);
});
