"""A name that was sent becomes one that leads nowhere, hides nothing and that every system takes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.file_names import safe_name


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("notes.txt", "notes.txt"),
        ("../../../etc/notes.txt", "notes.txt"),
        ("..\\..\\notes.txt", "notes.txt"),
        ("C:\\folder\\notes.txt", "notes.txt"),
        (".notes.txt", "notes.txt"),
        ("....notes.txt", "notes.txt"),
        ("no\u202etxt.exe.txt", "notxt.exe.txt"),
        ("no\x00te\x07s.txt", "notes.txt"),
        ("  notes .txt", "notes.txt"),
        ('no<te>"s|?*.txt', "no te s.txt"),
        ("U\u0308bersicht Straße 会议.txt", "Übersicht Straße 会议.txt"),
        ("é" * 300 + ".txt", "é" * 98 + ".txt"),
        ("conference.txt", "conference.txt"),
    ],
)
def test_what_is_left_of_a_name(sent, name):
    assert safe_name(sent) == name


@pytest.mark.parametrize(
    "sent", ["", ".", "..", "notes", ".txt", "con.txt", "COM1.pdf", "nul.x.md", "a/", "\u202e.txt"]
)
def test_names_that_cannot_be_used(sent):
    assert safe_name(sent) is None


@settings(deadline=None)  # a busy machine may pause in any example
@given(st.text(max_size=300).map(lambda text: text + ".txt") | st.text())
def test_no_name_leads_out_of_its_folder_or_hides(sent):
    if (name := safe_name(sent)) is None:
        return
    assert not set(name) & set('/\\:*?"<>|')
    assert name[0] not in ". "
    assert len(name.encode()) <= 210
    assert not any(unicodedata.category(c).startswith("C") for c in name)
    assert safe_name(name) == name
