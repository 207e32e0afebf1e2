"""The page's document tells its scripts which documents there are, whatever these are called."""

import json
from dataclasses import replace

from fakes import document
from footnote.page.layout import Shown, library_of


def test_no_title_ends_the_element_that_it_stands_in_or_keeps_the_page_from_being_sent():
    """An index far away may give any string, also half of a surrogate pair."""
    titles = ["</script><script>alert(1)</script>", "<!-- <script>", "Caf\u00e9 \u2028 \ud83d"]
    shown = Shown([replace(document("pier"), title=title) for title in titles], ("m",), streaming=True)
    told = library_of(shown).encode()
    assert b"<" not in told
    assert [one["title"] for one in json.loads(told)["documents"]] == titles
