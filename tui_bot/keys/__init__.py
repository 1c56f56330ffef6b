"""The API key of mode live: where it is kept, how it gets in, and that it does not get out."""
