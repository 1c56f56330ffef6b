"""Closed candles in, a decision out. A strategy never sees an order, a clock or a network."""
