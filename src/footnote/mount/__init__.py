"""Footnote in a Dash app that is there already: as a page, as a drawer, and asked about what that app shows."""
