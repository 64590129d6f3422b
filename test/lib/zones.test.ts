import { describe, expect, it } from 'vitest';
import { checkSettings, settingsOf } from '../../lib/settings/config.ts';

const dev = settingsOf('dev');
const further = [
  { awsRegion: 'eu-central-1', serves: ['eu'] },
  { awsRegion: 'ap-southeast-2', serves: [] },
];

const check = (zones: unknown, changes: object = {}) =>
  checkSettings('mine', { ...dev, homeRegion: 'us-east-1', staticEgress: { zones }, ...changes });

describe('zones of NAT gateways', () => {
  it('are named for every region that delivers', () => {
    const zones = {
      'us-east-1': ['use1-az1', 'use1-az6', 'use1-az4'],
      'eu-central-1': ['euc1-az2'],
      'ap-southeast-2': ['apse2-az1'],
    };
    expect(check(zones, { dispatchRegions: further }).staticEgress).toEqual({ zones });
  });

  it.each([
    ['us-gov-west-1', 'usgw1-az2'],
    ['ap-northeast-1', 'apne1-az4'],
    ['ap-south-1', 'aps1-az1'],
    ['cn-northwest-1', 'cnnw1-az1'],
    ['me-central-1', 'mec1-az1'],
    ['us-isob-east-1', 'usibe1-az1'],
  ])('of %s are such as %s', (homeRegion, id) => {
    expect(check({ [homeRegion]: [id] }, { homeRegion })).toBeDefined();
  });

  it.each<[string, unknown, object, RegExp]>([
    [
      'no zones',
      undefined,
      {},
      /zones\.us-east-1: expected 1 to 3 zones of this region, or its network.*describe-availability-zones/,
    ],
    ['none of home', {}, {}, /staticEgress\.zones\.us-east-1: expected 1 to 3 zones of this region/],
    [
      'none of a further region',
      { 'us-east-1': ['use1-az1'], 'eu-central-1': ['euc1-az1'] },
      { dispatchRegions: further },
      /staticEgress\.zones\.ap-southeast-2: expected 1 to 3 zones/,
    ],
    ['an empty list', { 'us-east-1': [] }, {}, /staticEgress\.zones\.us-east-1: /],
    [
      'more than there are subnets for',
      { 'us-east-1': [1, 2, 3, 4].map((number) => `use1-az${number}`) },
      {},
      /staticEgress\.zones\.us-east-1: /,
    ],
    ['one twice', { 'us-east-1': ['use1-az1', 'use1-az1'] }, {}, /us-east-1: expected each zone once/],
    [
      'a name, which is another place in another account',
      { 'us-east-1': ['us-east-1a'] },
      {},
      /us-east-1\.0: expected the id of an availability zone, such as use1-az1/,
    ],
    [
      'a zone of another region',
      { 'us-east-1': ['use1-az1', 'use2-az1'] },
      {},
      /us-east-1: expected zones of this region, such as use1-az1, got use2-az1/,
    ],
    [
      'a region that does not deliver',
      { 'us-east-1': ['use1-az1'], 'eu-west-1': ['euw1-az1'] },
      {},
      /eu-west-1: no deliveries are made from here: expected us-east-1/,
    ],
    [
      'zones of an unnamed region',
      { 'us-east-1': ['use1-az1'] },
      { homeRegion: undefined },
      /homeRegion: expected a region, since zones belong to one/,
    ],
  ])('are refused: %s', (_, zones, changes, message) => {
    expect(() => check(zones, changes)).toThrow(message);
  });
});
