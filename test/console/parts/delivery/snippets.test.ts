import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LANGUAGES, SCHEMES, type Scheme, snippetOf } from '../../../../console/parts/delivery/snippets.ts';
import { ed25519, publicKeyOf } from '../../../../lambdas/targets/signature-schemes/ed25519.ts';
import { SIGNATURE_SCHEMES } from '../../../../lambdas/targets/signature-schemes/names.ts';
import { sha256 } from '../../../../lambdas/targets/signature-schemes/sha256.ts';
import { standard } from '../../../../lambdas/targets/signature-schemes/standard.ts';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../../../..');
const BY_NAME = { standard, sha256, ed25519 };

/** Inside of the project, so that the libraries are found. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(ROOT, 'node_modules', '.snippets-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('each scheme has code in each language', () => {
  expect(Object.keys(SCHEMES).sort()).toEqual([...SIGNATURE_SCHEMES].sort());
  for (const scheme of SIGNATURE_SCHEMES)
    for (const { id } of LANGUAGES) expect(snippetOf(scheme, id)?.code).toMatch(/SECRET|PUBLIC_KEY/);
  expect(snippetOf('of_later', 'go')).toBeUndefined();
});

test.each(SIGNATURE_SCHEMES)('the JavaScript for %s takes what is signed, and nothing else', async (name) => {
  const payload = '{"order": 4711, "text": "Grüße"}';
  await expect(verify(name, payload, payload)).resolves.toBe('true');
  await expect(verify(name, payload, payload.replace('4711', '4712'))).resolves.toBe('false');
});

/** What the snippet says of a signed request. @param received the body that arrives */
async function verify(name: Scheme, sent: string, received: string): Promise<string> {
  const scheme = BY_NAME[name];
  const secret = scheme.newSecret(new Uint8Array(32).fill(7));
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = scheme.sign(secret, { id: 'evt_1', timestamp, body: Buffer.from(sent) });
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(timestamp),
    ...scheme.headers([signature]),
  };
  const body = name === 'ed25519' ? `Buffer.from(${JSON.stringify(received)})` : JSON.stringify(received);
  const { code } = snippetOf(name, 'javascript')!;
  const file = path.join(folder, `${name}.mjs`);
  const says =
    name === 'standard'
      ? 'console.log(event.order === 4711);'
      : `console.log(isRight${name === 'ed25519' ? ' && isFresh' : ''});`;
  await writeFile(
    file,
    `const headers = ${JSON.stringify(headers)};\nconst body = ${body};\n${code}\n${says}\n`,
  );
  const env = { ...process.env, WEBHOOK_SECRET: secret };
  const withKey = name === 'ed25519' ? { ...env, WEBHOOK_PUBLIC_KEY: publicKeyOf(secret) } : env;
  return run(process.execPath, [file], { env: withKey }).then(
    ({ stdout }) => stdout.trim(),
    ({ stderr }: { stderr: string }) => (/WebhookVerificationError/.test(stderr) ? 'false' : stderr),
  );
}
