"""The journal's tables, version by version. A published version is never edited, only followed."""

from __future__ import annotations

#: Marks a SQLite file as a journal of ours ("tbot").
APPLICATION_ID = 0x74626F74


def _append_only(*tables: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        for table in tables
        for verb in ("UPDATE", "DELETE")
    )


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
    *_append_only("journal", "run", "entry"),
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

#: Closed candles. ``market`` is ``BTC/USD 60`` (pair, seconds); of two rows of one candle the later counts.
_CANDLES = (
    """
    CREATE TABLE candle (
        seq INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES run,
        market TEXT NOT NULL,
        begin INTEGER NOT NULL,
        open TEXT NOT NULL,
        high TEXT NOT NULL,
        low TEXT NOT NULL,
        close TEXT NOT NULL,
        volume TEXT NOT NULL,
        trades INTEGER NOT NULL,
        seal INTEGER NOT NULL,
        UNIQUE (market, begin, seal)
    ) STRICT
    """,
    *_append_only("candle"),
)

#: What the screen was given, for a replay: reels of moments (``film.py``). The oldest make room for new ones.
_FILM = (
    """
    CREATE TABLE film (
        seq INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES run,
        first_ms INTEGER NOT NULL,
        last_ms INTEGER NOT NULL,
        moments BLOB NOT NULL,
        seal INTEGER NOT NULL
    ) STRICT
    """,
)

#: ``MIGRATIONS[n]`` leads from version n to n + 1.
MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _CANDLES, _FILM)
