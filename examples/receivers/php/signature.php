<?php

declare(strict_types=1);

const TOLERANCE_SECONDS = 5 * 60;

/** With another secret every request would be refused. */
function is_secret(string $text): bool
{
    $key = base64_decode(substr($text, strlen('whsec_')), strict: true);
    return str_starts_with($text, 'whsec_') && $key !== false && strlen($key) >= 24;
}

/**
 * The secret that signed the request by Standard Webhooks. null: none did, or the request is more than five minutes old.
 * With the package standard-webhooks/standard-webhooks, it is the one by which (new Webhook($secret))->verify($body, $headers)
 * throws nothing (see README.md).
 *
 * @param list<string> $secrets
 * @param string $signatures v1,<base64>; several, with blanks between, while a secret is replaced
 */
function signer(array $secrets, string $id, string $time, string $signatures, string $body): ?string
{
    if ($id === '' || !ctype_digit($time) || abs(time() - (int) $time) > TOLERANCE_SECONDS) {
        return null;
    }
    foreach ($secrets as $secret) {
        $key = base64_decode(str_starts_with($secret, 'whsec_') ? substr($secret, 6) : $secret);
        $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$time.$body", $key, binary: true));
        foreach (explode(' ', $signatures) as $signature) {
            if (hash_equals($expected, $signature)) {
                return $secret;
            }
        }
    }
    return null;
}
