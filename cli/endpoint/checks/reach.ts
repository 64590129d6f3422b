import { defaultPorts, portOf, portProblem, portsOf } from '../../../lambdas/http-client/ports.ts';
import { specialPurposeOfHost } from '../../../lambdas/http-client/public-address.ts';
import { answerTo, type Check, type Facts, type Found } from '../check.ts';
import { rewritten } from '../payloads.ts';
import { answeredText, fateText, isAccepted, isRedirect, type Seen, saidText } from '../seen.ts';

/** Whether Posthorn gets there, and is let in. */

const PORTS = portsOf(defaultPorts(false));

/** Whether an address is of a machine or a network that is not public. A name is not resolved for this. */
const isPrivate = ({ hostname }: URL): boolean =>
  /^(.*\.)?localhost\.?$/.test(hostname) || specialPurposeOfHost(hostname) !== undefined;

export const address: Check = {
  level: 'must',
  expected: 'an https address on the public internet, at port 443 or above 1023',
  advice: 'Posthorn posts to nothing else, but on a laptop.',
  reads: [],
  judge({ sender }) {
    const url = new URL(sender.url);
    if (isPrivate(url))
      return { status: 'skip', seen: 'a private address, which is fine while the endpoint is developed' };
    const problem = url.protocol === 'https:' ? portProblem(portOf(url), PORTS) : 'plain http';
    return problem === undefined ? { status: 'pass', seen: url.href } : { status: 'fail', seen: problem };
  },
};

const isHttp = ({ sender: { url } }: Facts): boolean => url.startsWith('http:');
const PLAIN: Found = { status: 'skip', seen: 'plain http' };

export const tls: Check = {
  level: 'must',
  expected: 'TLS 1.2 or later, with a certificate that is trusted, and for this name',
  advice:
    'Serve the whole chain, of an authority in Mozilla’s list. While the endpoint is developed, NODE_EXTRA_CA_CERTS=ca.pem makes this command trust an authority of your own.',
  reads: [],
  judge(facts) {
    if (isHttp(facts)) return PLAIN;
    const { problem, version = '', issuer } = facts.certificate ?? {};
    if (problem !== undefined) return { status: 'fail', seen: problem };
    return { status: 'pass', seen: `TLS ${version}, by ${issuer ?? 'an authority without a name'}` };
  },
};

const DAY_MS = 86_400_000;
/** Renewal that works by itself has come by then, whether certificates last 90 days or six. */
const LEFT = { days: 14, share: 0.2 } as const;

export const certificate: Check = {
  level: 'should',
  expected: 'a certificate that is renewed before it ends',
  advice: 'Renew it, and let it be renewed by itself: once it has ended, nothing is delivered.',
  reads: [],
  judge(facts) {
    const { validFrom, validTo, problem } = facts.certificate ?? {};
    if (isHttp(facts)) return PLAIN;
    if (validFrom === undefined || validTo === undefined)
      return { status: 'skip', seen: `no certificate to look at${problem ? `: ${problem}` : ''}` };
    const left = validTo - facts.now;
    const days = Math.floor(left / DAY_MS);
    const seen = `it ends on ${new Date(validTo).toISOString().slice(0, 10)}, in ${days} days`;
    const isNear = left < LEFT.days * DAY_MS && left < LEFT.share * (validTo - validFrom);
    return { status: isNear ? 'fail' : 'pass', seen };
  },
};

export const redirects: Check = {
  level: 'must',
  expected: 'an answer at the address itself: redirects are not followed',
  advice:
    'Give the target the address that it leads to. A slash at the end, http in place of https and www are the usual reasons.',
  reads: ['event'],
  judge(facts) {
    const seen = answerTo(facts, 'event');
    if (seen.status === undefined) return { status: 'skip', seen: 'no answer' };
    if (!isRedirect(seen)) return { status: 'pass', seen: 'none' };
    return {
      status: 'fail',
      seen: `${seen.status} to ${seen.headers.location ?? 'an address that it does not say'}`,
    };
  },
};

export const answers: Check = {
  level: 'must',
  expected: '2xx to a signed event',
  advice: '',
  reads: ['event'],
  readsIfRefused: ['rewritten'],
  judge(facts) {
    const seen = answerTo(facts, 'event');
    if (isAccepted(seen)) return { status: 'pass', seen: saidText(seen) };
    const said = `${saidText(seen)}: ${fateText(seen)}`;
    return { status: 'fail', seen: said, advice: adviceFor(seen, facts) };
  },
};

/** What is most likely wrong, by what came. */
function adviceFor(
  seen: Seen,
  { isSecretKnown, sender: { type, payload }, timeoutMs, answers: answersTo }: Facts,
): string {
  const { status, error } = seen;
  const said = answeredText(seen);
  const answered = said === '' ? '' : ` It said: ${said}`;
  if (error === 'refused') return 'Nothing listens there. Is the endpoint running, and the port right?';
  if (error === 'dns') return 'The name has no address. Is it spelled right?';
  if (error === 'tls') return 'The check tls says more.';
  if (error === 'timeout') return `Answer first and work later: nothing came within ${timeoutMs / 1000} s.`;
  if (status === undefined) return 'The connection ended without an answer. Does the endpoint crash?';
  if (status < 400) return 'The check redirects says more.';
  if (status === 404 || status === 405) return `Is the path right, and does it take POST?${answered}`;
  if (!isSecretKnown)
    return `No secret was given, and the endpoint does not know the one that was made. Run it again with the endpoint’s own: --secret-file.${answered}`;
  const taken = answersTo('rewritten').findIndex(isAccepted);
  if (taken >= 0)
    return `It verifies JSON that it wrote again, not the bytes: it took an event in the form of ${rewritten(payload)[taken]!.by}. Verify the bytes as they came, before anything parses them. The check raw-body says more.`;
  const known = type.startsWith('posthorn.')
    ? ' An endpoint that refuses types which it does not know needs --type and --data to be checked, and is wrong to refuse them.'
    : '';
  if (status < 500)
    return `Does the endpoint have this secret, verify the bytes as they came, and is its clock right? \`posthorn verify\` says what is wrong with a captured request.${known}${answered}`;
  return `The endpoint failed: its log says why.${known}${answered}`;
}
