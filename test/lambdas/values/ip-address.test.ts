import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { ipAddressOf, ipRangeOf, isInRange } from '../../../lambdas/values/ip-address.ts';

describe('addresses', () => {
  it.each([
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    '2001:db8::1',
    '::ffff:1.2.3.4',
    'fe80::1%eth0',
    'FE80::A',
  ])('%s is one', (text) => expect(ipAddressOf(text)).toBeDefined());

  it.each([
    '',
    '1.2.3',
    '127.1',
    '010.0.0.1',
    '0x7f.0.0.1',
    '256.0.0.1',
    '1.2.3.4.5',
    '1.2.3.4 ',
    '[::1]',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    'g::1',
    `${'0'.repeat(100)}::1`,
  ])('%j is none', (text) => expect(ipAddressOf(text)).toBeUndefined());

  it('are what the library takes for one', () => {
    const near = fc.string({ unit: fc.constantFrom('1', ':', '.', '0', 'f', '2'), maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), near), (text) => {
        const isAddress =
          ipaddr.IPv4.isValidFourPartDecimal(text) || (text.includes(':') && ipaddr.IPv6.isValid(text));
        expect(ipAddressOf(text) !== undefined).toBe(isAddress);
      }),
    );
  });
});

describe('ranges of addresses', () => {
  it.each([
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/024',
    '::/129',
    '10.0/8',
    'fe80::%eth0/10',
    '/8',
    '::/-1',
  ])('%j is none', (text) => expect(ipRangeOf(text)).toBeUndefined());

  it.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.9.9.9/8', '10.0.0.1', true],
    ['10.0.0.1/32', '10.0.0.1', true],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '::', false],
    ['::/0', '8.8.8.8', false],
    ['::ffff:0:0/96', '::ffff:8.8.8.8', true],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
  ])('%s has %s in it: %s', (range, address, expected) => {
    expect(isInRange(ipAddressOf(address)!, ipRangeOf(range)!)).toBe(expected);
  });
});
