"""A Kraken-compatible spot exchange in a box: simulated or recorded market, matching, ledger, REST and
WebSocket v2 on loopback, faults as data.

It shares no code with the client it judges: only the standard library, and starlette and uvicorn when
serving.
"""
