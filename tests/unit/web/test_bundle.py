"""The page's scripts and styles come in one file each, which a browser never asks for again."""

import re

from footnote.app import create_app
from footnote.web.bundle import script, style


def test_files_stand_in_the_order_of_their_names(tmp_path):
    (tmp_path / "20_late.js").write_text("late();")
    (tmp_path / "10_early.js").write_text("early() // no line's end")
    (tmp_path / "10_sheet.css").write_text("a {}")
    assert re.search(r"early\(\).*\n.*\nlate\(\);", script(tmp_path).content)
    assert "a {}" not in script(tmp_path).content
    assert "a {}" in style(tmp_path).content


def test_another_content_has_another_address(tmp_path):
    (tmp_path / "10_sheet.css").write_text("a {}")
    before = style(tmp_path).name
    assert style(tmp_path).name == before
    (tmp_path / "10_sheet.css").write_text("b {}")
    assert style(tmp_path).name != before


def test_the_page_names_these_and_its_texts_and_no_other_file_of_its_own(scripted):
    client = create_app(scripted).server.test_client()
    document = client.get("/").get_data(as_text=True)
    own = re.findall(r'(?:src|href)="(/assets/[^"]+)"', document)
    assert [re.sub("-[0-9a-f]{16}", "", address) for address in own] == [
        "/assets/favicon.ico",
        "/assets/footnote.css",
        "/assets/texts-en.js",
        "/assets/footnote.js",
    ]
    for address in own[1:]:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
