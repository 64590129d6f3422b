import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { ANY_PORT } from '../../../lambdas/http-client/ports.ts';
import { specialPurposeOf } from '../../../lambdas/http-client/public-address.ts';
import { targetUrlProblem } from '../../../lambdas/http-client/target-url.ts';

describe('addresses that are not of the public internet (E8)', () => {
  // First and last of each block of https://www.iana.org/assignments/iana-ipv4-special-registry, and of multicast.
  it.each([
    ['0.0.0.0', '0.255.255.255'],
    ['10.0.0.0', '10.255.255.255'],
    ['100.64.0.0', '100.127.255.255'],
    ['127.0.0.0', '127.255.255.255'],
    ['169.254.0.0', '169.254.255.255'],
    ['172.16.0.0', '172.31.255.255'],
    ['192.0.0.0', '192.0.0.255'],
    ['192.0.2.0', '192.0.2.255'],
    ['192.31.196.0', '192.31.196.255'],
    ['192.52.193.0', '192.52.193.255'],
    ['192.88.99.0', '192.88.99.255'],
    ['192.168.0.0', '192.168.255.255'],
    ['192.175.48.0', '192.175.48.255'],
    ['198.18.0.0', '198.19.255.255'],
    ['198.51.100.0', '198.51.100.255'],
    ['203.0.113.0', '203.0.113.255'],
    ['224.0.0.0', '239.255.255.255'],
    ['240.0.0.0', '255.255.255.255'],
  ])('%s to %s, in every form that holds an IPv4 address', (first, last) => {
    for (const address of [first, last]) {
      expect(specialPurposeOf(address)).toBeDefined();
      for (const form of embedded(address)) expect(specialPurposeOf(form), form).toBeDefined();
    }
  });

  // https://www.iana.org/assignments/iana-ipv6-special-registry, and what is not given out.
  it.each([
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '100::1',
    '100:0:0:1::1',
    '2001::1',
    '2001:2::1',
    '2001:20::1',
    '2001:1ff:ffff::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2620:4f:8000::1',
    '3fff::1',
    '3fff:fff:ffff::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'febf::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '4000::1',
    '1fff::1',
  ])('%s', (address) => expect(specialPurposeOf(address)).toBeDefined());

  it.each(['', 'example.com', '1.2.3', '0x7f.1', '2130706433', '127.1', '1.2.3.4.5', '[::1]', '01.2.3.4'])(
    'anything that is no plain address: %j',
    (address) => expect(specialPurposeOf(address)).toBe('no address'),
  );
});

/** Forms of an IPv4 address as IPv6, from which a relay may take it again. */
function embedded(address: string): string[] {
  const [a, b] = ipaddr.IPv4.parse(address)
    .toByteArray()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .match(/.{4}/g)!;
  return [
    `::ffff:${address}`,
    `::${a}:${b}`,
    `64:ff9b::${a}:${b}`,
    `64:ff9b:1::${a}:${b}`,
    `2002:${a}:${b}::1`,
    `2001:0:${a}:${b}::1`,
  ];
}

describe('addresses of the public internet', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2600::1',
    '2a00:1450:4001:80b::200e',
    '2001:200::1',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ])('%s', (address) => expect(specialPurposeOf(address)).toBeUndefined());

  it('are most of them, and nothing throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => void specialPurposeOf(text)),
    );
  });
});

describe('addresses in a target’s URL, however they are spelt (E8)', () => {
  const allowed = { http: false, privateAddresses: false, ports: ANY_PORT };
  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://127.0.0.1./',
    'https://①②⑦.⓪.⓪.①/',
    'https://%31%32%37.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[fd00:ec2::254]/latest/meta-data/',
    'https://169.254.169.254/latest/meta-data/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://a.localhost:8080/',
  ])('%s', (url) => {
    expect(targetUrlProblem(url, allowed)).toMatch(/^expected a public/);
    expect(targetUrlProblem(url, { ...allowed, privateAddresses: true, ports: ANY_PORT })).toBeUndefined();
  });

  it.each([
    'https://example.com/',
    'https://8.8.8.8/',
    'https://[2600::1]/',
    'https://1.example/',
    'https://localhost.example/',
  ])('takes %s', (url) => expect(targetUrlProblem(url, allowed)).toBeUndefined());
});
