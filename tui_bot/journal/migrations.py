"""The journal's tables, version by version. A published version is never edited, only followed."""

from __future__ import annotations

#: Marks a SQLite file as a journal of ours ("tbot").
APPLICATION_ID = 0x74626F74

_FIRST = (
    """
    CREATE TABLE journal (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        journal_id TEXT NOT NULL,
        created_ms INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE run (
        run INTEGER PRIMARY KEY,
        started_ms INTEGER NOT NULL,
        pid INTEGER NOT NULL,
        pair TEXT NOT NULL,
        interval INTEGER NOT NULL,
        sqlite TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES run,
        at_ms INTEGER NOT NULL,
        wall_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,
        ident TEXT,
        cause TEXT,
        subject TEXT,
        body TEXT NOT NULL,
        seal INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX entry_kind ON entry (kind)",
    "CREATE UNIQUE INDEX entry_ident ON entry (kind, ident) WHERE ident IS NOT NULL",
    "CREATE UNIQUE INDEX entry_cause ON entry (cause) WHERE cause IS NOT NULL",
    "CREATE INDEX entry_subject ON entry (subject) WHERE subject IS NOT NULL",
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        for table in ("journal", "run", "entry")
        for verb in ("UPDATE", "DELETE")
    ),
    *(
        f"CREATE VIEW {view} AS SELECT seq, run, at_ms, wall_ms, subject, body "  # noqa: S608 (no outside text)
        f"FROM entry WHERE kind = '{kind}'"
        for view, kind in (
            ("decisions", "decision"),
            ("intents", "intent"),
            ("order_events", "order"),
            ("fills", "fill"),
            ("settings_changes", "settings"),
            ("run_changes", "run"),
            ("override_changes", "override"),
            ("notes", "note"),
        )
    ),
)

#: ``MIGRATIONS[n]`` leads from version n to n + 1.
MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST,)
