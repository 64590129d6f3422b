<?php
/** Receives webhooks of Posthorn: verifies them, drops duplicates, and answers at once. worker.php works later. */

declare(strict_types=1);

require __DIR__ . '/signature.php';
require __DIR__ . '/inbox.php';

/** The largest event of Posthorn, 4.5 MB, as base64 in a batch. Lower it to what your events need. php.ini: post_max_size. */
const MAX_BODY = 8 * 1024 * 1024;

/** @return array{int, string, 2?: string} status, text, and a header */
function answer(string $secrets): array
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
        preg_split('/\s+/', $secrets, flags: PREG_SPLIT_NO_EMPTY),
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
        $challenge = json_decode($body, flags: JSON_THROW_ON_ERROR)->challenge;
        $response = 'sha256=' . hash_hmac('sha256', $challenge, $secret);
        return [200, json_encode(['response' => $response]), 'content-type: application/json'];
    }
    $events = isset($_SERVER['HTTP_POSTHORN_BATCH']) ? events_in($body) : [new Event($id, $type, $body)];
    return (new Inbox())->accept($events) ? [202, ''] : [503, 'too much to do', 'retry-after: 5'];
}

/**
 * The events of a batch.
 *
 * @return list<Event>
 * @throws JsonException|TypeError
 */
function events_in(string $body): array
{
    return array_map(
        fn (stdClass $entry): Event => new Event(
            $entry->id ?? null,
            $entry->type ?? null,
            isset($entry->data_base64) ? base64_decode($entry->data_base64) : json_encode($entry->data ?? null),
        ),
        json_decode($body, flags: JSON_THROW_ON_ERROR),
    );
}

$secrets = getenv('WEBHOOK_SECRETS') ?: '';
if (trim($secrets) === '') {
    http_response_code(500);
    exit('WEBHOOK_SECRETS: expected whsec_…, or several with blanks between');
}
try {
    [$status, $text, $header] = answer($secrets) + [2 => null];
} catch (JsonException | TypeError) {
    [$status, $text, $header] = [400, 'expected a batch, a JSON array of events', null];
}
error_log($status . ' ' . ($_SERVER['HTTP_WEBHOOK_ID'] ?? ''));
http_response_code($status);
if ($header !== null) {
    header($header);
}
echo $text;
