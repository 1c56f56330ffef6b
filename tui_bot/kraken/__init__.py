"""How Kraken speaks: signing, REST, decoding, errors; implements the engine's ports.

Kraken itself and the exchange in a box answer to the same client. From the outside in:
``exchange`` (orders and account of one pair) and ``polling`` (its market as events) are what the
session builds; both speak through ``rest`` (one private call at a time) over ``http`` (bytes with
limits). ``answers`` and ``errors`` say what an answer means, ``fields`` and the modules named after
what they read turn its rows into market values.
"""
