"""Histories kept beside the state: tick files, what was proven of them, and when."""
