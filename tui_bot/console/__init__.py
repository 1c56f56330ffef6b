"""The console: a Textual app that looks at the engine's snapshots and hands in commands."""
