"""The files of the page's libraries."""

import re

from footnote.app import create_app


def test_they_are_there_before_the_process_has_made_a_page_itself(scripted):
    """As where one worker makes the page, and another, whose first requests come at once, is asked for its scripts."""
    page = create_app(scripted).server.test_client().get("/").get_data(as_text=True)
    wanted = re.findall(r'(?:src|href)="/_dash-component-suites/([^/"]+)/([^"]+)"', page)
    assert wanted
    fresh = create_app(scripted)
    assert all(fresh.library_file(library, file) for library, file in wanted)
