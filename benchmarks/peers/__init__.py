"""Other people's backtests and ours, each in a process and an environment of its own."""
