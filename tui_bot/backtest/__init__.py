"""Years of candles through the one strategy: history files, simulation, sweeps, reports.

The only room that knows numpy. Nothing on the way to a live order imports it.
"""
