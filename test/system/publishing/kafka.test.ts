import { expect, it } from 'vitest';
import { sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';

const { operator } = await sharedCloud();

/** Events as AWS shows them, with records of ours. */
const SHAPES = {
  // https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html#msk-sample-event
  msk: {
    eventSource: 'aws:kafka',
    eventSourceArn:
      'arn:aws:kafka:us-east-1:123456789012:cluster/vpc-2priv-2pub/751d2973-a626-431c-9d4e-d7975eb44dd7-2',
    bootstrapServers:
      'b-2.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092,b-1.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092',
  },
  // https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html#smaa-sample-event
  own: {
    eventSource: 'SelfManagedKafka',
    bootstrapServers:
      'b-2.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092,b-1.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092',
  },
};

const recordsAt = (topic: string, value: string) => ({
  [`${topic}-0`]: [
    {
      topic,
      partition: 0,
      offset: 15,
      timestamp: 1545084650987,
      timestampType: 'CREATE_TIME',
      key: 'abcDEFghiJKLmnoPQRstuVWXyz1234==',
      value: Buffer.from(value).toString('base64'),
      headers: [{ headerKey: [104, 101, 97, 100, 101, 114, 86, 97, 108, 117, 101] }],
    },
  ],
});

it.each(Object.entries(SHAPES))(
  'a batch of records as AWS shows them is published, once however often it comes: %s (B8)',
  async (shape, frame) => {
    const topic = `recorded-${shape}`;
    const records = recordsAt(topic, '{"event_type":"order.created","payload":{"amount":1.10}}');
    for (let times = 0; times < 2; times++) {
      const answer = await operator.functions
        .get('KafkaShop')!
        .invokeText(JSON.stringify({ ...frame, records }));
      expect(answer).toEqual({ kind: 'returned', payload: 'null' });
    }
    const id = `${topic}-0-15`;
    await eventually(async () =>
      expect(await operator.api.call('GET', `/v1/events/${id}`)).toMatchObject({ id, type: 'order.created' }),
    );
    await operator.settled();
    const { items } = await operator.api.call<{ items: { id: string }[] }>('GET', '/v1/events?limit=100');
    expect(items.filter((event) => event.id === id)).toHaveLength(1);
  },
);
