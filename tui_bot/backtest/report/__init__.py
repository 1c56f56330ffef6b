"""A run as people read it: on a terminal, as a page, as a table, as JSON."""
