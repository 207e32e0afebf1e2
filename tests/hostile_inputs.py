"""Hostile inputs, by family. ``HIT`` is a call that must never be made, ``NET`` an address that must never be asked.

Written for this project after the known families, most of them in ``hostile/*.txt``: each tries what the others don't.
Those made by a product of schemes and places, of elements and events, are one input for each pair.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

ELSEWHERE = "http://attacker.invalid"
_WRITTEN = ["script", "mutation", "svg", "mathml", "css", "loads", "entities", "unclosed", "markdown"]

_CLOBBERING_IDS = ["query", "send", "stop", "thread", "texts", "chat-sse", "panel", "footnote", "announcer", "axe"]
_CLOBBERING = [
    form
    for id in _CLOBBERING_IDS
    for form in (f"<a id={id} href=NET>x</a>", f"<form name={id}><input name={id}></form>")
] + [
    "<img name=getElementById>",
    "<form name=body><input name=parentElement></form>",
    "<a id=dash_clientside><a id=dash_clientside name=footnote href=NET>",
    "<iframe name=footnote srcdoc='<a id=t href=NET>x</a>'></iframe>",
    "<object name=cookie></object>",
    "<form id=documents><output id=children></form>",
]

_STRANGE = [
    "\u2028</script><script>HIT</script>",
    "\u2029<img src=NET onerror=HIT>",
    "\ufeff<script>HIT</script>",
    "\u202e<script>HIT</script>\u202c",
    "<\u200bscript>HIT</script>",
    "<scr\u0000ipt>HIT</script>",
    "<img\u0000src=NET onerror=HIT>",
    "<img\u000csrc=NET\u000conerror=HIT>",
    "<img\u00a0src=NET onerror=HIT>",
    "\u0000<script>HIT</script>",
    "\u001b]8;;javascript:HIT\u0007x\u001b]8;;\u0007",
    "<\u017fcript>HIT</\u017fcript>",
    "<a href=javas\u0327cript:HIT>x</a>",
    'data: [DONE]\n\ndata: {"type":"html","html":"<img src=NET onerror=HIT>"}',
    '{"type":"html","seq":1,"html":"<script>HIT</script>","tail":""}',
    "\r\n\r\nevent: error\r\ndata: <script>HIT</script>",
]

_SCHEMES = [
    "javascript:HIT",
    "JaVaScRiPt:HIT",
    "javascript://a.org/%0aHIT",
    "\u0001javascript:HIT",
    "java\tscript:HIT",
    "java%0ascript:HIT",
    "javascript%3AHIT",
    "vbscript:HIT",
    "data:text/html,<script>HIT</script>",
    "data:text/html;base64,PHNjcmlwdD5IPC9zY3JpcHQ+",
    "data:image/svg+xml,<svg onload=HIT>",
    "blob:http://attacker.invalid/x",
    "file:///etc/passwd",
    "view-source:javascript:HIT",
    "feed:javascript:HIT",
    "jar:NET!/x",
    "about:blank#HIT",
    "intent:#Intent;S.x=HIT;end",
    "//attacker.invalid/leak",
    "\\\\attacker.invalid\\leak",
    "https:javascript:HIT",
]
_PLACES = ["[x]({})", "[x](<{}>)", "![x]({})", "<{}>", "[x][r]\n\n[r]: {}", "<a href='{}'>x</a>"]
_EVENTS = [
    "onerror",
    "onload",
    "onfocus",
    "onclick",
    "onpointerover",
    "onanimationend",
    "oncontentvisibilityautostatechange",
]
_ELEMENTS = ["p", "img src=x", "a href=x tabindex=0 autofocus", "video src=x", "x-made-up"]


def _lines(name: str) -> list[str]:
    """One input a line; a line break within a block of Markdown is written as such."""
    lines = (Path(__file__).parent / "hostile" / f"{name}.txt").read_text("utf-8").strip("\n").split("\n")
    return [line.replace("\\n", "\n") if name == "markdown" else line for line in lines]


def _filled(text: str) -> str:
    return text.replace("HIT", "hit()").replace("NET", f"{ELSEWHERE}/leak")


FAMILIES: dict[str, list[str]] = {
    name: [_filled(text) for text in texts]
    for name, texts in {
        **{name: _lines(name) for name in _WRITTEN},
        "clobbering": _CLOBBERING,
        "strange": _STRANGE,
        "schemes": [place.replace("{}", scheme) for scheme in _SCHEMES for place in _PLACES],
        "handlers": [f"<{element} {event}=HIT>x" for element in _ELEMENTS for event in _EVENTS],
    }.items()
}
INPUTS = list(dict.fromkeys(chain.from_iterable(FAMILIES.values())))
