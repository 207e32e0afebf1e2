"""The files of the page's libraries."""

import re

from footnote.app import create_app


def test_a_process_that_has_not_made_the_page_itself_has_the_files_that_it_loads(scripted):
    """As where one worker makes the page, and the browser asks another for its scripts."""
    page = create_app(scripted).server.test_client().get("/").get_data(as_text=True)
    wanted = re.findall(r'(?:src|href)="(/_dash-component-suites/[^"]+)"', page)
    assert wanted
    for address in wanted:
        assert create_app(scripted).server.test_client().get(address).status_code == 200
