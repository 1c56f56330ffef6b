"""Checking the checkers: a bug planted for each invariant must turn its named test red (faults.md 6.3)."""
