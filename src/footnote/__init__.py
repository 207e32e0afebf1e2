"""Footnote: ask your own recordings and documents; a cited answer streams in."""

__version__ = "0.1.0"
