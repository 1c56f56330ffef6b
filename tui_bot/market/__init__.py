"""What is traded, as frozen values: candles, pair rules, orders and fills, positions.

Nothing here does I/O, reads a clock or knows an exchange's wire format.
"""
