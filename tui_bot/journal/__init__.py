"""What happened, durable and replayable: one append-only SQLite file for each mode."""
