"""The bot: events in, actions out (a pure core), and the asynchronous runner around it."""
