import { describe, expect, it } from 'vitest';
import { repeatedKeys } from '../../../../simulate/aws/dynamodb/repeated-keys.ts';

const key = (sk: string) => ({ pk: { S: 'p' }, sk: { S: sk } });
const put = (sk: string, n = '1') => ({ PutRequest: { Item: { ...key(sk), n: { N: n } } } });

describe('a batch', () => {
  it.each([
    { name: 'other keys', RequestItems: { Log: [put('a'), put('b')] }, isRefused: false },
    { name: 'a key put twice', RequestItems: { Log: [put('a'), put('b'), put('a', '2')] }, isRefused: true },
    {
      name: 'a key put and deleted',
      RequestItems: { Log: [put('a'), { DeleteRequest: { Key: key('a') } }] },
      isRefused: true,
    },
    { name: 'a key of two tables', RequestItems: { Log: [put('a')], State: [put('a')] }, isRefused: false },
    { name: 'a key read twice', RequestItems: { Log: { Keys: [key('a'), key('a')] } }, isRefused: true },
    { name: 'no batch at all', RequestItems: undefined, isRefused: false },
  ])('with $name is refused: $isRefused', ({ RequestItems, isRefused }) => {
    const message = repeatedKeys(RequestItems ? { RequestItems } : {});
    expect(message).toBe(isRefused ? 'Provided list of item keys contains duplicates' : undefined);
  });
});
