"""The colours of code can be read, in light and in dark."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[3] / "assets" / "05_code.css").read_text(encoding="utf-8")
SCHEMES = {
    "light": CSS[CSS.index("\n.code {") : CSS.index("[data-mantine")],
    "dark": CSS[CSS.index("[data-mantine") : CSS.index(".code,\n")],
}


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_colour_stands_out_from_the_background(scheme):
    """WCAG 2.2, 1.4.3 (AA): at least 4.5:1."""
    colours = dict(re.findall(r"--code-([a-z]+): (#[0-9a-f]{6});", SCHEMES[scheme]))
    background = luminance(colours.pop("background"))
    assert len(colours) == 10
    for name, colour in colours.items():
        lighter, darker = sorted((luminance(colour), background), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, name
