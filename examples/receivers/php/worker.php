<?php
/** Works on what index.php has accepted. One process: `php worker.php`, kept running by systemd, Supervisor or the like. */

declare(strict_types=1);

require __DIR__ . '/inbox.php';

/** Your own work. It may run twice for an event, if the process ends in between. */
function handle(stdClass $event): void
{
    usleep(1000 * (int) getenv('WORK_MS'));
    printf("handled %s %s, %d bytes\n", $event->id, $event->type, strlen($event->body));
}

$isStopped = false;
pcntl_async_signals(true);
pcntl_signal(SIGTERM, function () use (&$isStopped): void {
    $isStopped = true;
});
$inbox = new Inbox();
while (!$isStopped) {
    if (!$inbox->work(handle(...))) {
        $inbox->forgetOldIds();
        usleep(200_000);
    }
}
