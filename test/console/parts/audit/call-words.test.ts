import { describe, expect, it } from 'vitest';
import { callText, credentialText } from '../../../../console/parts/audit/call-words.ts';

describe('the audit trail in words', () => {
  it.each([
    ['patchTarget', 'Change endpoint'],
    ['createPortalToken', 'Create portal link'],
    ['disableTarget', 'Disable endpoint'],
    ['redriveDeadLetters', 'Send again dead letters'],
    ['aCallOfLater', 'A call of later'],
  ])('%s reads %j', (operation, text) => expect(callText(operation)).toBe(text));

  it('names whoever called', () => {
    expect(credentialText('first', undefined)).toBe('First API key');
    expect(credentialText('key_1', 'checkout')).toBe('checkout');
    expect(credentialText('key_1', undefined)).toBe('key_1');
  });
});
