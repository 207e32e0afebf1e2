"""The theme of every page's Mantine parts."""

from __future__ import annotations

THEME = {
    "primaryColor": "indigo",
    "defaultRadius": "md",
    "fontFamily": "var(--font)",
    "fontFamilyMonospace": "var(--font-code)",
    "cursorType": "pointer",
    "respectReducedMotion": True,
}
