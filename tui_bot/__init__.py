"""A terminal console in which a person watches, trusts and overrides a small trading bot."""

__version__ = "0.1.0"
