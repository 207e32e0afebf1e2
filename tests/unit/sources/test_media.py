"""A recording's sound: the file beside its transcript and no other, or an address made of its name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes import document
from footnote.passages import Kind
from footnote.sources.media import beside, elsewhere, is_film


@pytest.fixture
def meeting(tmp_path):
    """A recording whose transcript lies in a folder of its own."""
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "meeting.vtt").write_text("WEBVTT")
    return replace(document("2026/meeting"), source=str(folder / "meeting.vtt"))


def test_the_file_of_the_same_name_is_found(meeting, tmp_path):
    assert beside(meeting) is None
    (tmp_path / "library" / "meeting.txt").write_text("notes")
    (tmp_path / "library" / "other.mp3").write_bytes(b"x")
    assert beside(meeting) is None
    (tmp_path / "library" / "meeting.m4a").write_bytes(b"x")
    assert beside(meeting) == (tmp_path / "library" / "meeting.m4a").resolve()


def test_no_link_leads_out_of_the_folder(meeting, tmp_path):
    (tmp_path / "secret.mp3").write_bytes(b"x")
    (tmp_path / "library" / "meeting.mp3").symlink_to(tmp_path / "secret.mp3")
    assert beside(meeting) is None
    (tmp_path / "library" / "meeting.wav").symlink_to(tmp_path / "nowhere.wav")
    (tmp_path / "library" / "meeting.ogg").mkdir()
    (tmp_path / "library" / "meeting.opus").symlink_to(tmp_path / "library" / "meeting.vtt")
    assert beside(meeting) is None


def test_only_recordings_are_heard(meeting, tmp_path):
    (tmp_path / "library" / "meeting.mp3").write_bytes(b"x")
    assert beside(replace(meeting, kind=Kind.TEXT)) is None
    assert beside(replace(meeting, source="meeting.vtt")) is None
    assert elsewhere(replace(meeting, kind=Kind.PDF), "https://media.example.org/{id}") is None


def test_an_address_is_made_of_the_id():
    recording = document("2026/Board & co #3")
    assert elsewhere(recording, "https://m.example/{id}.mp3") == "https://m.example/2026/Board%20%26%20co%20%233.mp3"
    assert elsewhere(recording, "https://m.example/{name}") == "https://m.example/Board%20%26%20co%20%233"
    assert elsewhere(recording, None) is None


def test_what_has_a_picture_is_a_film():
    assert is_film("a.MP4")
    assert is_film("https://m.example/a.webm?token=1")
    assert not is_film("a.mp3")
    assert not is_film("https://m.example/a")
