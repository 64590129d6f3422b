<?php

declare(strict_types=1);

final class Event
{
    public function __construct(
        public readonly string $id,
        public readonly string $type,
        public readonly string $body,
    ) {
    }
}

/**
 * Accepts each event once. A request of PHP shares no memory with the next, so ids and events are in a table: here of SQLite,
 * for one machine. Several machines use the table of their database, with the same unique key.
 */
final class Inbox
{
    private const KEEP_SECONDS = 48 * 3600;
    private const MAX_TRIES = 10;

    private PDO $db;

    public function __construct()
    {
        $this->db = new PDO('sqlite:' . (getenv('DATABASE') ?: __DIR__ . '/inbox.sqlite'));
        $this->db->exec('PRAGMA busy_timeout = 5000');
        $this->db->exec('PRAGMA journal_mode = WAL');
        $this->db->exec('CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, type TEXT NOT NULL, body BLOB NOT NULL,
            received_at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, is_done INTEGER NOT NULL DEFAULT 0)');
        $this->db->exec('CREATE INDEX IF NOT EXISTS waiting ON events (tries, received_at) WHERE is_done = 0');
    }

    /**
     * Keeps the events that are new.
     *
     * @param list<Event> $events
     * @return bool false if there is no room for all of them
     */
    public function accept(array $events): bool
    {
        $now = time();
        $insert = $this->db->prepare('INSERT OR IGNORE INTO events (id, type, body, received_at) VALUES (?, ?, ?, ?)');
        $this->db->exec('BEGIN IMMEDIATE');
        try {
            foreach ($events as $event) {
                $insert->execute([$event->id, $event->type, $event->body, $now]);
            }
            $tries = self::MAX_TRIES;
            $waiting = $this->db->query("SELECT count(*) FROM events WHERE is_done = 0 AND tries < $tries")->fetchColumn();
            $hasRoom = $waiting <= (int) (getenv('QUEUE_SIZE') ?: 1000);
        } catch (Throwable $error) {
            $this->db->exec('ROLLBACK');
            throw $error;
        }
        $this->db->exec($hasRoom ? 'COMMIT' : 'ROLLBACK');
        return $hasRoom;
    }

    /** Works on the event that waits longest, if one does; one that failed waits behind the others. */
    public function work(callable $handle): bool
    {
        $next = $this->db->prepare('SELECT * FROM events WHERE is_done = 0 AND tries < ? ORDER BY tries, received_at LIMIT 1');
        $next->execute([self::MAX_TRIES]);
        $event = $next->fetchObject();
        // A cursor that is open keeps the table as it was then, and what is written on top of that is refused.
        $next->closeCursor();
        if ($event === false) {
            return false;
        }
        try {
            $handle($event);
            $this->db->prepare("UPDATE events SET is_done = 1, body = '' WHERE id = ?")->execute([$event->id]);
        } catch (Throwable $error) {
            fwrite(STDERR, "failed {$event->id} $error\n");
            $this->db->prepare('UPDATE events SET tries = tries + 1 WHERE id = ?')->execute([$event->id]);
        }
        return true;
    }

    public function forgetOldIds(): void
    {
        $this->db->prepare('DELETE FROM events WHERE is_done = 1 AND received_at < ?')->execute([time() - self::KEEP_SECONDS]);
    }
}
