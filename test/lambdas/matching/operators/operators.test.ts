import { describe, expect, it } from 'vitest';
import { matches } from '../../../helpers/matching/matching.ts';

/**
 * Sources: EventBridge's user guide
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html and
 * eb-event-patterns-null-values.html beside it), and where it leaves something open the README of the library behind it
 * (https://github.com/aws/event-ruler). Where Posthorn differs on purpose, the table says so.
 */
type Case = readonly [matchers: readonly unknown[], value: unknown, holds: boolean];

const table = (name: string, cases: readonly Case[]) =>
  describe(name, () => {
    it.each(cases)('%j of %j: %s', (matchers, value, expected) => {
      expect(matches(matchers, value)).toBe(expected);
    });
  });

table('equality: equals and or of the user guide (A4)', [
  [['ERROR'], 'ERROR', true],
  [['ERROR'], 'error', false],
  [['ERROR'], 'ERROR ', false],
  [['ERROR', 'FATAL'], 'FATAL', true],
  [['ERROR', 'FATAL'], 'WARN', false],
  [[418], 418, true],
  [[418], '418', false],
  [['418'], 418, false],
  [[true], true, true],
  [[true], 'true', false],
  [[true], 1, false],
  [[false], false, true],
  [[false], null, false],
  [[418, 'teapot', null], null, true],
  [['x'], undefined, false],
  [Array.from({ length: 64 }, (_, i) => `code-${i}`), 'code-63', true],
  [Array.from({ length: 64 }, (_, i) => `code-${i}`), 'code-64', false],
  [['a', { prefix: 'b' }, { numeric: ['>', 3] }], 'bc', true],
  [['a', { prefix: 'b' }, { numeric: ['>', 3] }], 4, true],
  [['a', { prefix: 'b' }, { numeric: ['>', 3] }], 3, false],
  [['Straße'], 'Strasse', false],
  [['é'], 'e\u0301', false],
]);

table('equality of numbers by their value, where Event Ruler compares fifteen digits', [
  [[300], 3.0e2, true],
  [[0], -0, true],
  [[0.1], 0.1, true],
  [[0.3], 0.1 + 0.2, false],
  [[9007199254740991], 9007199254740991, true],
  [[9007199254740991], 9007199254740990, false],
]);

table('null and the empty string (user guide: eb-event-patterns-null-values)', [
  [[null], null, true],
  [[null], '', false],
  [[null], undefined, false],
  [[null], 0, false],
  [[''], '', true],
  [[''], null, false],
  [[''], ' ', false],
  [[''], undefined, false],
]);

table('prefix (user guide)', [
  [[{ prefix: 'eu-' }], 'eu-north-1', true],
  [[{ prefix: 'eu-' }], 'eu-', true],
  [[{ prefix: 'eu-' }], 'eu', false],
  [[{ prefix: 'eu-' }], 'EU-north-1', false],
  [[{ prefix: 'eu-' }], 'me-eu-1', false],
  [[{ prefix: '4' }], 404, false],
  [[{ prefix: 'n' }], null, false],
  [[{ prefix: 'eu-' }], undefined, false],
  [[{ prefix: '*' }], 'anything', false],
]);

table('prefix ignoring case (user guide)', [
  [[{ prefix: { 'equals-ignore-case': 'Eu-' } }], 'eU-north-1', true],
  [[{ prefix: { 'equals-ignore-case': 'eu-' } }], 'e', false],
  [[{ prefix: { 'equals-ignore-case': 'eu-' } }], 'us-eu-', false],
  [[{ prefix: { 'equals-ignore-case': 'ÅNG' } }], 'ångström', true],
  [[{ prefix: { 'equals-ignore-case': 'ΟΔΟΣ' } }], 'οδοσήμανση', true],
  [[{ prefix: { 'equals-ignore-case': 'x' } }], 7, false],
]);

table('suffix (user guide)', [
  [[{ suffix: '.pdf' }], 'invoice.pdf', true],
  [[{ suffix: '.pdf' }], '.pdf', true],
  [[{ suffix: '.pdf' }], 'pdf', false],
  [[{ suffix: '.pdf' }], 'invoice.PDF', false],
  [[{ suffix: '.pdf' }], 'invoice.pdf.txt', false],
  [[{ suffix: '4' }], 404, false],
  [[{ suffix: '.pdf' }], undefined, false],
]);

table('suffix ignoring case (user guide)', [
  [[{ suffix: { 'equals-ignore-case': '.Pdf' } }], 'INVOICE.PDF', true],
  [[{ suffix: { 'equals-ignore-case': '.pdf' } }], 'pdf', false],
  [[{ suffix: { 'equals-ignore-case': 'ΟΔΟΣ' } }], 'μεγάλη οδος', true],
  [[{ suffix: { 'equals-ignore-case': 'ΟΔΟΣ' } }], 'μεγάλη οδοσ', true],
  [[{ suffix: { 'equals-ignore-case': '𐐀' } }], 'a𐐨', true],
]);

table('equals-ignore-case (user guide)', [
  [[{ 'equals-ignore-case': 'Berlin' }], 'BERLIN', true],
  [[{ 'equals-ignore-case': 'BERLIN' }], 'berlin', true],
  [[{ 'equals-ignore-case': 'berlin' }], 'berlin!', false],
  [[{ 'equals-ignore-case': 'berlin!' }], 'berlin', false],
  [[{ 'equals-ignore-case': '[' }], '{', false],
  [[{ 'equals-ignore-case': 'true' }], true, false],
  [[{ 'equals-ignore-case': 'x' }], undefined, false],
]);

table('letters beyond ASCII keep their number: one of them is never two', [
  [[{ 'equals-ignore-case': 'ČESKÁ' }], 'česká', true],
  [[{ 'equals-ignore-case': 'Σίσυφος' }], 'ΣΊΣΥΦΟΣ', true],
  [[{ 'equals-ignore-case': 'straße' }], 'STRASSE', false],
  [[{ 'equals-ignore-case': 'straße' }], 'STRAẞE', true],
  [[{ 'equals-ignore-case': 'İ' }], 'i̇', false],
  [[{ 'equals-ignore-case': 'İ' }], 'İ', true],
  [[{ 'equals-ignore-case': '𐐀' }], '𐐨', true],
  [[{ 'equals-ignore-case': 'I' }], 'ı', false],
  [[{ 'equals-ignore-case': 'ı' }], 'I', false],
  [[{ 'equals-ignore-case': 'ı' }], 'ı', true],
  [[{ 'equals-ignore-case': 'I' }], 'İ', false],
  [[{ 'equals-ignore-case': 'side' }], 'ſIDE', true],
  [[{ 'equals-ignore-case': 'k' }], '\u212a', true],
  [[{ 'equals-ignore-case': 'å' }], '\u212b', true],
  [[{ 'equals-ignore-case': 'ΘΒ' }], 'ϑϐ', true],
  [[{ 'equals-ignore-case': 'µ' }], 'Μ', true],
  [[{ 'equals-ignore-case': 'Ꭰ' }], 'ꭰ', true],
  [[{ 'equals-ignore-case': 'fi' }], 'ﬁ', false],
  [[{ prefix: { 'equals-ignore-case': 'i' } }], 'ı', false],
  [[{ suffix: { 'equals-ignore-case': 'STRASSE' } }], 'Hauptstraße', false],
]);

table('wildcard (user guide; README: any number of *, none beside another, \\* and \\\\ for themselves)', [
  [[{ wildcard: '*' }], 'anything', true],
  [[{ wildcard: '*' }], '', true],
  [[{ wildcard: '*' }], 7, false],
  [[{ wildcard: '*' }], undefined, false],
  [[{ wildcard: 'in/*.csv' }], 'in/2024/may.csv', true],
  [[{ wildcard: 'in/*.csv' }], 'in/.csv', true],
  [[{ wildcard: 'in/*.csv' }], 'out/in/may.csv', false],
  [[{ wildcard: 'in/*.csv' }], 'in/may.csv.gz', false],
  [[{ wildcard: 'ab*ba' }], 'aba', false],
  [[{ wildcard: 'ab*ba' }], 'abba', true],
  [[{ wildcard: '*ab*' }], 'xxabyy', true],
  [[{ wildcard: '*ab*' }], 'a-b', false],
  [[{ wildcard: '*ab*ab*' }], 'ab', false],
  [[{ wildcard: '*ab*ab*' }], 'abab', true],
  [[{ wildcard: '*aab*' }], 'aaaab', true],
  [[{ wildcard: '*abcabd*' }], 'abcabcabd', true],
  [[{ wildcard: '*a*b*c' }], 'a-b-b-c', true],
  [[{ wildcard: '*a*b*c' }], 'b-a-c', false],
  [[{ wildcard: 'x*yz*yz' }], 'xyz', false],
  [[{ wildcard: 'x*yz*yz' }], 'xyzyz', true],
  [[{ wildcard: 'plain' }], 'plain', true],
  [[{ wildcard: 'plain' }], 'plainer', false],
  [[{ wildcard: '5\\*' }], '5*', true],
  [[{ wildcard: '5\\*' }], '55', false],
  [[{ wildcard: 'C:\\\\*' }], 'C:\\windows', true],
  [[{ wildcard: 'C:\\\\*' }], 'C:windows', false],
  [[{ wildcard: '\\\\\\**' }], '\\*x', true],
  [[{ wildcard: 'a.c' }], 'abc', false],
  [[{ wildcard: '*\n*' }], 'a\nb', true],
]);

table('anything-but values (user guide)', [
  [[{ 'anything-but': 'draft' }], 'sent', true],
  [[{ 'anything-but': 'draft' }], 'draft', false],
  [[{ 'anything-but': 'draft' }], 7, true],
  [[{ 'anything-but': 'draft' }], null, true],
  [[{ 'anything-but': 'draft' }], undefined, false],
  [[{ 'anything-but': 7 }], 8, true],
  [[{ 'anything-but': 7 }], 7.0, false],
  [[{ 'anything-but': 7 }], '7', true],
  [[{ 'anything-but': ['draft', 'void'] }], 'void', false],
  [[{ 'anything-but': ['draft', 'void'] }], 'sent', true],
  [[{ 'anything-but': [1, 2, 3] }], 2, false],
  [[{ 'anything-but': [1, 2, 3] }], 4, true],
  [[{ 'anything-but': '' }], 'x', true],
  [['draft', { 'anything-but': ['draft', 'void'] }], 'draft', true],
]);

table('anything-but null, true and values of several kinds, which EventBridge refuses', [
  [[{ 'anything-but': null }], null, false],
  [[{ 'anything-but': null }], '', true],
  [[{ 'anything-but': null }], undefined, false],
  [[{ 'anything-but': [true, 'x', 1] }], true, false],
  [[{ 'anything-but': [true, 'x', 1] }], false, true],
]);

table('anything-but texts (user guide: prefix, suffix, ignore case, wildcard)', [
  [[{ 'anything-but': { prefix: 'test-' } }], 'test-7', false],
  [[{ 'anything-but': { prefix: 'test-' } }], 'live-7', true],
  [[{ 'anything-but': { prefix: ['test-', 'demo-'] } }], 'demo-1', false],
  [[{ 'anything-but': { prefix: ['test-', 'demo-'] } }], 'live-1', true],
  [[{ 'anything-but': { suffix: '@example.com' } }], 'a@example.com', false],
  [[{ 'anything-but': { suffix: '@example.com' } }], 'a@example.org', true],
  [[{ 'anything-but': { suffix: ['.tmp', '.bak'] } }], 'a.bak', false],
  [[{ 'anything-but': { 'equals-ignore-case': 'debug' } }], 'DEBUG', false],
  [[{ 'anything-but': { 'equals-ignore-case': 'debug' } }], 'info', true],
  [[{ 'anything-but': { 'equals-ignore-case': ['debug', 'trace'] } }], 'Trace', false],
  [[{ 'anything-but': { wildcard: '*/tmp/*' } }], 'a/tmp/b', false],
  [[{ 'anything-but': { wildcard: '*/tmp/*' } }], 'a/b', true],
  [[{ 'anything-but': { wildcard: ['*.log', 'x*'] } }], 'y', true],
  [[{ 'anything-but': { wildcard: ['*.log', 'x*'] } }], 'xy', false],
]);

table('anything-but texts holds of what is no text, and not of what is not there', [
  [[{ 'anything-but': { prefix: 'x' } }], 7, true],
  [[{ 'anything-but': { suffix: 'x' } }], null, true],
  [[{ 'anything-but': { wildcard: '*' } }], false, true],
  [[{ 'anything-but': { prefix: 'x' } }], undefined, false],
  [[{ 'anything-but': { prefix: 'x' } }], { x: 1 }, false],
]);

table('numeric (user guide; beyond its five billion)', [
  [[{ numeric: ['=', 10] }], 10, true],
  [[{ numeric: ['=', 10] }], 10.5, false],
  [[{ numeric: ['>', 1000] }], 1000.01, true],
  [[{ numeric: ['>', 1000] }], 1000, false],
  [[{ numeric: ['>=', 1000] }], 1000, true],
  [[{ numeric: ['<', 0] }], -0.5, true],
  [[{ numeric: ['<', 0] }], -0, false],
  [[{ numeric: ['<=', 0] }], -0, true],
  [[{ numeric: ['>', 0, '<=', 5] }], 5, true],
  [[{ numeric: ['>', 0, '<=', 5] }], 0, false],
  [[{ numeric: ['>=', -1, '<', 1] }], -1, true],
  [[{ numeric: ['>=', -1, '<', 1] }], 1, false],
  [[{ numeric: ['>', 5] }], '6', false],
  [[{ numeric: ['<', 5] }], null, false],
  [[{ numeric: ['<', 5] }], true, false],
  [[{ numeric: ['<', 5] }], undefined, false],
  [[{ numeric: ['>', 6e9] }], 7e9, true],
  [[{ numeric: ['>', 2 ** 53 - 1] }], 2 ** 53, true],
]);

table('exists (user guide; README: leaf nodes only)', [
  [[{ exists: true }], 'x', true],
  [[{ exists: true }], '', true],
  [[{ exists: true }], 0, true],
  [[{ exists: true }], false, true],
  [[{ exists: true }], null, true],
  [[{ exists: true }], undefined, false],
  [[{ exists: true }], { a: 1 }, false],
  [[{ exists: true }], [], false],
  [[{ exists: false }], undefined, true],
  [[{ exists: false }], null, false],
  [[{ exists: false }], '', false],
  [[{ exists: false }], { a: 1 }, true],
  [[{ exists: false }], [], true],
  [['x', { exists: false }], undefined, true],
  [['x', { exists: false }], 'y', false],
]);

table('cidr of IPv4 (user guide)', [
  [[{ cidr: '10.1.0.0/16' }], '10.1.255.3', true],
  [[{ cidr: '10.1.0.0/16' }], '10.2.0.0', false],
  [[{ cidr: '192.0.2.128/25' }], '192.0.2.127', false],
  [[{ cidr: '192.0.2.128/25' }], '192.0.2.128', true],
  [[{ cidr: '192.0.2.7/32' }], '192.0.2.7', true],
  [[{ cidr: '192.0.2.7/32' }], '192.0.2.6', false],
  [[{ cidr: '0.0.0.0/0' }], '255.255.255.255', true],
  [[{ cidr: '10.9.9.9/8' }], '10.0.0.1', true],
  [[{ cidr: '128.0.0.0/1' }], '127.255.255.255', false],
  [[{ cidr: '128.0.0.0/1' }], '200.0.0.1', true],
  [[{ cidr: '10.0.0.0/8' }], 'ten', false],
  [[{ cidr: '10.0.0.0/8' }], '10.0.0', false],
  [[{ cidr: '10.0.0.0/8' }], '10.0.0.0/8', false],
  [[{ cidr: '10.0.0.0/8' }], '10.0.0.256', false],
  [[{ cidr: '10.0.0.0/8' }], ' 10.0.0.1', false],
  [[{ cidr: '10.0.0.0/8' }], 167772161, false],
  [[{ cidr: '0.0.0.0/0' }], '', false],
]);

table('cidr takes no address that readers read differently', [
  [[{ cidr: '0.0.0.0/0' }], '010.0.0.1', false],
  [[{ cidr: '0.0.0.0/0' }], '127.1', false],
  [[{ cidr: '0.0.0.0/0' }], '0x7f000001', false],
  [[{ cidr: '0.0.0.0/0' }], '2130706433', false],
]);

table('cidr of IPv4 addresses mapped to IPv6 (RFC 4291, 2.5.5.2)', [
  [[{ cidr: '10.0.0.0/8' }], '::ffff:10.1.2.3', true],
  [[{ cidr: '10.0.0.0/8' }], '::FFFF:0a01:0203', true],
  [[{ cidr: '10.0.0.0/8' }], '0:0:0:0:0:ffff:10.1.2.3', true],
  [[{ cidr: '10.0.0.0/8' }], '::ffff:11.1.2.3', false],
  // The older spelling (RFC 4291, 2.5.5.1) is read as the same.
  [[{ cidr: '10.0.0.0/8' }], '::10.1.2.3', true],
  [[{ cidr: '10.0.0.0/8' }], '::fffe:10.1.2.3', false],
  [[{ cidr: '0.0.0.0/0' }], '::ffff:8.8.8.8', true],
  [[{ cidr: '0.0.0.0/0' }], '2001:db8::1', false],
  [[{ cidr: '::ffff:10.0.0.0/104' }], '10.1.2.3', true],
  [[{ cidr: '::ffff:10.0.0.0/104' }], '::ffff:10.1.2.3', true],
  [[{ cidr: '::ffff:10.0.0.0/104' }], '11.1.2.3', false],
  [[{ cidr: '::ffff:0:0/95' }], '::ffff:10.1.2.3', true],
  [[{ cidr: '::ffff:0:0/95' }], '::fffe:10.1.2.3', true],
  [[{ cidr: '::ffff:0:0/95' }], '10.1.2.3', false],
]);

table('cidr of IPv6 (user guide; RFC 4291, 2.2 and 2.3)', [
  [[{ cidr: '2001:db8::/32' }], '2001:db8:1::7', true],
  [[{ cidr: '2001:db8::/32' }], '2001:0DB8:0000:0000:0000:0000:0000:0007', true],
  [[{ cidr: '2001:db8::/32' }], '2001:db9::7', false],
  [[{ cidr: '2001:db8:ffff:fff0::/60' }], '2001:db8:ffff:fff9::', true],
  [[{ cidr: '2001:db8:ffff:fff0::/60' }], '2001:db8:ffff:ffe9::', false],
  [[{ cidr: '::1/128' }], '0:0:0:0:0:0:0:1', true],
  [[{ cidr: '::1/128' }], '::2', false],
  [[{ cidr: '::ffff:0:0/96' }], '::ffff:10.0.0.1', true],
  [[{ cidr: '::/0' }], '10.0.0.1', false],
  [[{ cidr: 'fe80::/10' }], 'fe80::1%eth0', true],
  [[{ cidr: '::/0' }], '1::2::3', false],
  [[{ cidr: '::/0' }], ':'.repeat(60), false],
]);

table('regex, in RE2’s syntax and anywhere in the text: https://github.com/google/re2/wiki/Syntax (A3)', [
  [[{ regex: '^pay-\\d+$' }], 'pay-77', true],
  [[{ regex: '^pay-\\d+$' }], 'prepay-77', false],
  [[{ regex: 'pay' }], 'prepay-77', true],
  [[{ regex: '(?i)PAY' }], 'prepaid payment', true],
  [[{ regex: '^$' }], '', true],
  [[{ regex: '7' }], 77, false],
  [[{ regex: '.' }], undefined, false],
  [[{ 'anything-but': { regex: '^test' } }], 'testing', false],
  [[{ 'anything-but': { regex: '^test' } }], 'attest', true],
  [[{ 'anything-but': { regex: ['^test', 'demo$'] } }], 'a demo', false],
  [[{ 'anything-but': { regex: '^test' } }], undefined, false],
]);
