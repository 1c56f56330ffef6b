"""The WebSocket v2 face of the box: sessions, channels and trading requests.

Everything but `connection` is synchronous and knows no sockets.
"""
