<?php
/** Receives webhooks of Posthorn: verifies them, drops duplicates, and answers at once. worker.php works later. */

declare(strict_types=1);

require __DIR__ . '/signature.php';
require __DIR__ . '/inbox.php';

/** The largest event of Posthorn, 4.5 MB, as base64 in a batch. Lower it to what your events need. php.ini: post_max_size. */
const MAX_BODY = 8 * 1024 * 1024;

/**
 * @param list<string> $secrets
 * @return array{int, string, 2?: string} status, text, and a header
 * @throws JsonException|TypeError for a batch or a challenge that is none
 */
function answer(array $secrets): array
{
    if (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) !== '/hook') {
        return [404, ''];
    }
    if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
        return [405, 'expected POST', 'allow: POST'];
    }
    // The bytes as they came: JSON that is parsed and written again is signed by nobody.
    $body = file_get_contents('php://input', length: MAX_BODY + 1);
    if (strlen($body) > MAX_BODY || (int) ($_SERVER['CONTENT_LENGTH'] ?? 0) > MAX_BODY) {
        return [413, 'the body is too large'];
    }
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $secret = signer(
        $secrets,
        $id,
        $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '',
        $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '',
        $body,
    );
    if ($secret === null) {
        return [401, 'the signature or the time is wrong'];
    }
    $type = $_SERVER['HTTP_POSTHORN_EVENT_TYPE'] ?? '';
    // The id is signed, the type is not.
    if (str_starts_with($id, 'chl_') && $type === 'posthorn.challenge') {
        return [200, challenge_response($secret, $body), 'content-type: application/json'];
    }
    if (isset($_SERVER['HTTP_POSTHORN_BATCH'])) {
        $events = events_in($body);
    } else {
        $isTest = ($_SERVER['HTTP_POSTHORN_TEST'] ?? '') === 'true';
        $events = $isTest ? [] : [new Event($id, $type, $body)];
    }
    return (new Inbox())->accept($events) ? [202, ''] : [503, 'too much to do', 'retry-after: 5'];
}

/** @throws JsonException|TypeError */
function challenge_response(string $secret, string $body): string
{
    $challenge = json_decode($body, flags: JSON_THROW_ON_ERROR)->challenge ?? null;
    return json_encode(['response' => 'sha256=' . hash_hmac('sha256', $challenge, $secret)]);
}

/**
 * The events of a batch to work on; tests are none.
 *
 * @return list<Event>
 * @throws JsonException|TypeError
 */
function events_in(string $body): array
{
    $entries = json_decode($body, flags: JSON_THROW_ON_ERROR);
    $events = array_map(fn (stdClass $entry): Event => new Event(
        $entry->id ?? null,
        $entry->type ?? null,
        data_in($entry),
    ), $entries);
    $isWork = fn (int $place): bool => ($entries[$place]->test ?? false) !== true;
    return array_values(array_filter($events, $isWork, ARRAY_FILTER_USE_KEY));
}

/** @throws TypeError */
function data_in(stdClass $entry): string
{
    $data = match (true) {
        isset($entry->data_base64) => base64_decode($entry->data_base64, strict: true),
        property_exists($entry, 'data') => json_encode($entry->data),
        default => false,
    };
    return is_string($data) ? $data : throw new TypeError('expected data, or data_base64');
}

$secrets = preg_split('/\s+/', getenv('WEBHOOK_SECRETS') ?: '', flags: PREG_SPLIT_NO_EMPTY);
if ($secrets === [] || $secrets !== array_filter($secrets, is_secret(...))) {
    $expected = 'WEBHOOK_SECRETS: expected whsec_ and the base64 of 24 bytes or more; several with blanks between';
    error_log($expected);
    http_response_code(500);
    exit(1);
}
if (PHP_SAPI === 'cli') {
    exit("WEBHOOK_SECRETS is fine.\n");
}
try {
    [$status, $text, $header] = answer($secrets) + [2 => null];
} catch (JsonException | TypeError) {
    [$status, $text, $header] = [400, 'expected a batch, a JSON array of events, or a challenge', null];
}
error_log($status . ' ' . ($_SERVER['HTTP_WEBHOOK_ID'] ?? ''));
http_response_code($status);
if ($header !== null) {
    header($header);
}
echo $text;
