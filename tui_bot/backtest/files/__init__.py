"""Texts of candles read into columns of whole ticks with numpy alone: bytes to cells to checked blocks."""
