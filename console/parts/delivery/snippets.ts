import type { Request } from './types.ts';

/** Code that verifies a delivery at its endpoint, by language. Nothing of the delivery is in it. */

export type Scheme = NonNullable<Request['signature']>['scheme'];

export interface Language {
  readonly id: string;
  readonly label: string;
}

export const LANGUAGES = [
  { id: 'javascript', label: 'JavaScript' },
  { id: 'python', label: 'Python' },
  { id: 'go', label: 'Go' },
  { id: 'php', label: 'PHP' },
  { id: 'ruby', label: 'Ruby' },
  { id: 'java', label: 'Java' },
] as const satisfies readonly Language[];
export type LanguageId = (typeof LANGUAGES)[number]['id'];

interface Snippet {
  /** What to install first; undefined where the language has all that it takes. */
  readonly install?: string;
  readonly code: string;
}

/** By the libraries of Standard Webhooks. They check the time as well. */
const STANDARD: Readonly<Record<LanguageId, Snippet>> = {
  javascript: {
    install: 'npm install standardwebhooks',
    code: `import { Webhook } from 'standardwebhooks';

// body: the request's bytes as they came, before any parsing
const event = new Webhook(process.env.WEBHOOK_SECRET).verify(body, headers);`,
  },
  python: {
    install: 'pip install standardwebhooks',
    code: `import os
from standardwebhooks.webhooks import Webhook

# body: the request's bytes as they came, before any parsing
event = Webhook(os.environ["WEBHOOK_SECRET"]).verify(body, headers)`,
  },
  go: {
    install: 'go get github.com/standard-webhooks/standard-webhooks/libraries/go',
    code: `import standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

wh, err := standardwebhooks.NewWebhook(os.Getenv("WEBHOOK_SECRET"))
if err != nil {
	return err
}
body, err := io.ReadAll(r.Body) // as it came, before any parsing
if err != nil {
	return err
}
if err := wh.Verify(body, r.Header); err != nil {
	http.Error(w, "wrong signature", http.StatusUnauthorized)
}`,
  },
  php: {
    install: 'composer require standard-webhooks/standard-webhooks',
    code: `$body = file_get_contents('php://input'); // as it came, before any parsing
$headers = array_change_key_case(getallheaders(), CASE_LOWER);

$webhook = new \\StandardWebhooks\\Webhook(getenv('WEBHOOK_SECRET'));
$event = $webhook->verify($body, $headers);`,
  },
  ruby: {
    install: 'gem install standardwebhooks',
    code: `require 'standardwebhooks'

# request.raw_post: the body as it came, before any parsing
event = StandardWebhooks::Webhook.new(ENV.fetch('WEBHOOK_SECRET')).verify(request.raw_post, {
  'webhook-id' => request.headers['webhook-id'],
  'webhook-timestamp' => request.headers['webhook-timestamp'],
  'webhook-signature' => request.headers['webhook-signature'],
})`,
  },
  java: {
    install: 'com.standardwebhooks:standardwebhooks',
    code: `import com.standardwebhooks.Webhook;

// body: as it came, before any parsing; headers: Map<String, List<String>>
new Webhook(System.getenv("WEBHOOK_SECRET")).verify(body, headers);`,
  },
};

/** As GitHub signs. */
const SHA256: Readonly<Record<LanguageId, Snippet>> = {
  javascript: {
    install: 'npm install @octokit/webhooks-methods',
    code: `import { verify } from '@octokit/webhooks-methods';

// body: the request's text as it came, before any parsing
const isRight = await verify(process.env.WEBHOOK_SECRET, body, headers['x-hub-signature-256']);`,
  },
  python: {
    code: `import hashlib, hmac, os

# body: the request's bytes as they came, before any parsing
digest = hmac.new(os.environ["WEBHOOK_SECRET"].encode(), body, hashlib.sha256).hexdigest()
is_right = hmac.compare_digest("sha256=" + digest, headers["x-hub-signature-256"])`,
  },
  go: {
    code: `import ("crypto/hmac"; "crypto/sha256"; "encoding/hex")

body, err := io.ReadAll(r.Body) // as it came, before any parsing
if err != nil {
	return err
}
mac := hmac.New(sha256.New, []byte(os.Getenv("WEBHOOK_SECRET")))
mac.Write(body)
expected := "sha256=" + hex.EncodeToString(mac.Sum(nil))
isRight := hmac.Equal([]byte(expected), []byte(r.Header.Get("X-Hub-Signature-256")))`,
  },
  php: {
    code: `$body = file_get_contents('php://input'); // as it came, before any parsing
$expected = 'sha256=' . hash_hmac('sha256', $body, getenv('WEBHOOK_SECRET'));
$isRight = hash_equals($expected, $_SERVER['HTTP_X_HUB_SIGNATURE_256'] ?? '');`,
  },
  ruby: {
    code: `require 'openssl'

# request.raw_post: the body as it came, before any parsing
expected = 'sha256=' + OpenSSL::HMAC.hexdigest('SHA256', ENV.fetch('WEBHOOK_SECRET'), request.raw_post)
is_right = Rack::Utils.secure_compare(expected, request.headers['X-Hub-Signature-256'].to_s)`,
  },
  java: {
    code: `import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import java.security.MessageDigest;
import java.util.HexFormat;

// body: the request's bytes as they came, before any parsing
Mac mac = Mac.getInstance("HmacSHA256");
mac.init(new SecretKeySpec(System.getenv("WEBHOOK_SECRET").getBytes("UTF-8"), "HmacSHA256"));
String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
boolean isRight = MessageDigest.isEqual(
    expected.getBytes("UTF-8"), headers.get("x-hub-signature-256").getBytes("UTF-8"));`,
  },
};

/** Of the libraries of Standard Webhooks few know key pairs, so this is written out. */
const ED25519: Readonly<Record<LanguageId, Snippet>> = {
  javascript: {
    code: `import { createPublicKey, verify } from 'node:crypto';

const key = createPublicKey({
  key: { kty: 'OKP', crv: 'Ed25519', x: toUrlSafe(process.env.WEBHOOK_PUBLIC_KEY.slice('whpk_'.length)) },
  format: 'jwk',
});
function toUrlSafe(base64) {
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

// body: the request's bytes as they came, before any parsing
const signed = Buffer.concat([
  Buffer.from(\`\${headers['webhook-id']}.\${headers['webhook-timestamp']}.\`),
  body,
]);
const isRight = headers['webhook-signature']
  .split(' ')
  .filter((each) => each.startsWith('v1a,'))
  .some((each) => verify(null, signed, key, Buffer.from(each.slice('v1a,'.length), 'base64')));
const isFresh = Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp'])) < 300;`,
  },
  python: {
    install: 'pip install cryptography',
    code: `import os, time
from base64 import b64decode
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

key = Ed25519PublicKey.from_public_bytes(b64decode(os.environ["WEBHOOK_PUBLIC_KEY"].removeprefix("whpk_")))

# body: the request's bytes as they came, before any parsing
signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body

def fits(signature):
    try:
        key.verify(b64decode(signature), signed)
        return True
    except InvalidSignature:
        return False

is_right = any(fits(each[4:]) for each in headers["webhook-signature"].split() if each.startswith("v1a,"))
is_fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300`,
  },
  go: {
    code: `import ("crypto/ed25519"; "encoding/base64"; "strconv"; "strings"; "time")

key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("WEBHOOK_PUBLIC_KEY"), "whpk_"))
if err != nil {
	return err
}
body, err := io.ReadAll(r.Body) // as it came, before any parsing
if err != nil {
	return err
}
signed := append([]byte(r.Header.Get("webhook-id")+"."+r.Header.Get("webhook-timestamp")+"."), body...)
isRight := false
for _, each := range strings.Fields(r.Header.Get("webhook-signature")) {
	if text, found := strings.CutPrefix(each, "v1a,"); found {
		signature, err := base64.StdEncoding.DecodeString(text)
		isRight = isRight || err == nil && ed25519.Verify(key, signed, signature)
	}
}
at, err := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
isFresh := err == nil && time.Since(time.Unix(at, 0)).Abs() < 5*time.Minute`,
  },
  php: {
    code: `$key = base64_decode(substr(getenv('WEBHOOK_PUBLIC_KEY'), strlen('whpk_')));
$body = file_get_contents('php://input'); // as it came, before any parsing
$at = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'];
$signed = $_SERVER['HTTP_WEBHOOK_ID'] . '.' . $at . '.' . $body;

$isRight = false;
foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE']) as $each) {
    if (!str_starts_with($each, 'v1a,')) continue;
    $signature = base64_decode(substr($each, 4));
    $isRight = $isRight || (strlen($signature) === 64 && sodium_crypto_sign_verify_detached($signature, $signed, $key));
}
$isFresh = abs(time() - (int) $at) < 300;`,
  },
  ruby: {
    install: 'gem install ed25519',
    code: `require 'base64'
require 'ed25519'

key = Ed25519::VerifyKey.new(Base64.strict_decode64(ENV.fetch('WEBHOOK_PUBLIC_KEY').delete_prefix('whpk_')))
at = request.headers['webhook-timestamp']

# request.raw_post: the body as it came, before any parsing
signed = "#{request.headers['webhook-id']}.#{at}.".b + request.raw_post.b
is_right = request.headers['webhook-signature'].split.any? do |each|
  each.start_with?('v1a,') && key.verify(Base64.strict_decode64(each.delete_prefix('v1a,')), signed)
rescue Ed25519::VerifyError
  false
end
is_fresh = (Time.now.to_i - at.to_i).abs < 300`,
  },
  java: {
    code: `import java.io.ByteArrayOutputStream;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

// What stands before a raw key in an X.509 one (RFC 8410)
var encoded = new ByteArrayOutputStream();
encoded.write(HexFormat.of().parseHex("302a300506032b6570032100"));
encoded.write(Base64.getDecoder().decode(System.getenv("WEBHOOK_PUBLIC_KEY").substring("whpk_".length())));
var key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));

// body: the request's bytes as they came, before any parsing
String at = headers.get("webhook-timestamp");
boolean isRight = false;
for (String each : headers.get("webhook-signature").split(" ")) {
    if (!each.startsWith("v1a,")) continue;
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(key);
    verifier.update((headers.get("webhook-id") + "." + at + ".").getBytes("UTF-8"));
    verifier.update(body);
    isRight |= verifier.verify(Base64.getDecoder().decode(each.substring(4)));
}
boolean isFresh = Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(at)) < 300;`,
  },
};

const BY_SCHEME: Readonly<Record<Scheme, Readonly<Record<LanguageId, Snippet>>>> = {
  standard: STANDARD,
  sha256: SHA256,
  ed25519: ED25519,
};

/** A scheme of a newer release has none yet. */
export const snippetOf = (scheme: string, language: LanguageId): Snippet | undefined =>
  Object.hasOwn(BY_SCHEME, scheme) ? BY_SCHEME[scheme as Scheme][language] : undefined;

/** What is signed and how, in a sentence, and the header that has it. */
export const SCHEMES: Readonly<Record<Scheme, { readonly what: string; readonly header: string }>> = {
  standard: {
    header: 'webhook-signature',
    what: 'HMAC-SHA256 in base64 over the id, the timestamp and the body, with dots between them, by the key that the secret is in base64 behind whsec_.',
  },
  sha256: {
    header: 'x-hub-signature-256',
    what: 'HMAC-SHA256 in hexadecimal over the body alone, by the text of the secret, as GitHub signs.',
  },
  ed25519: {
    header: 'webhook-signature',
    what: 'Ed25519 in base64 over the id, the timestamp and the body, with dots between them. The endpoint’s public key, whpk_, verifies it.',
  },
};
