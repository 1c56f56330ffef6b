"""How Kraken speaks: signing, REST, decoding, errors; implements the engine's ports.

Kraken itself and the exchange in a box answer to the same client.
"""
