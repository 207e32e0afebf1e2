"""WebVTT and SubRip files become turns with speakers and times."""

from __future__ import annotations

from pathlib import Path

import pytest

from footnote.ingest.captions import read_srt, read_vtt
from footnote.ingest.content import Content
from footnote.ingest.load import load
from footnote.ingest.splitting import passages
from footnote.load_errors import LoadError

SAMPLE = Path(__file__).resolve().parents[3] / "src" / "footnote" / "sample"


def said(content: Content) -> list[tuple[str, float, float]]:
    return [(content.text[u.start : u.end], u.cues[0].start_s, u.cues[-1].end_s) for u in content.units]


VTT = """WEBVTT - a title

STYLE
::cue { color: lime }

NOTE a comment

intro
00:00:01.000 --> 00:00:02.500 align:start position:0%
<v Ines Okafor>Good <i>morning</i>,

00:02.600 --> 00:04.000
<v Ines Okafor>everyone &amp; welcome. 3 &lt; 4

00:00:04.100 --> 00:00:06.000
<v.loud Tomasz Brandt>Thanks.</v>
<v Ines Okafor>And <c.yellow>you</c>, <00:00:05.000>Hana?</v>
"""


def test_voices_styling_and_times_of_a_vtt() -> None:
    assert said(read_vtt(VTT)) == [
        ("Ines Okafor: Good morning, everyone & welcome. 3 < 4", 1.0, 4.0),
        ("Tomasz Brandt: Thanks.", 4.1, 6.0),
        ("Ines Okafor: And you, Hana?", 4.1, 6.0),
    ]


def test_a_vtt_without_voices_takes_the_name_before_the_text() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nAda: Hi.\n\n00:02.000 --> 00:03.000\nStill me.\n\n"
    text += "00:03.000 --> 00:04.000\nBen: Yes, so this\nis it: a test.\n"
    assert [t for t, _, _ in said(read_vtt(text))] == ["Ada: Hi. Still me.", "Ben: Yes, so this is it: a test."]


def test_an_srt_with_names_tags_and_crlf() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}Ada: <b>One</b>\ntwo.\n\n"
    text += "2\n00:00:02,500 --> 00:00:03,000\nThree.\n\n3\n00:01:00,000 --> 00:01:01,500\nBen: Four.\nAda: Five.\n"
    assert said(read_srt(text)) == [
        ("Ada: One two. Three.", 1.0, 3.0),
        ("Ben: Four.", 60.0, 61.5),
        ("Ada: Five.", 60.0, 61.5),
    ]


def test_a_word_before_a_colon_is_no_speaker() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nAda: One.\n\n2\n00:00:02,000 --> 00:00:03,000\nSo: that is it.\n"
    assert [t for t, _, _ in said(read_srt(text))] == ["Ada: One. So: that is it."]


def test_without_speakers_sentences_and_pauses_make_paragraphs() -> None:
    cues = [f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{'word ' * 9}end{n}.\n" for n in range(1, 9)]
    cues.append("9\n00:00:30,000 --> 00:00:31,000\nMuch later.\n")
    units = read_srt("\n".join(cues)).units
    assert all(unit.speaker is None for unit in units)
    assert [len(unit.cues) for unit in units] == [4, 4, 1]


def test_a_passage_that_begins_in_mid_turn_begins_at_the_time_of_its_own_words() -> None:
    cues = [
        f"{n}\n00:{n:02}:00,000 --> 00:{n:02}:50,000\n{'Ada: ' * (n == 1)}Word {'word ' * 48}end.\n"
        for n in range(1, 11)
    ]
    content = read_srt("\n".join(cues))
    found = passages("x", "X", content.text, content.units)
    assert len(found) > 2
    assert found[0].start_s == 60
    assert [p.start_s for p in found[1:]] == [p.end_s + 10 for p in found[:-1] if p.end_s is not None]
    assert found[-1].end_s == 650


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (read_vtt, "00:01.000 --> 00:02.000\nno header"),
        (read_vtt, "WEBVTT\n\n00:01,000 -> 00:02\nHi\n\n00:00:03 --> oops\nlost words"),
        (read_srt, "Just a text, without any times."),
        (read_srt, f"1\n{'9' * 12}:00:00,000 --> {'9' * 12}:00:01,000\nmore hours than a time can have\n"),
        (read_srt, f"1\n{'9' * 5000}:00:00,000 --> 00:00:01,000\nmore digits than a number can have\n"),
        (read_srt, "1\n00:00:01,000 --> 00:00:02,000\nHi\n\nrubbish in between\n\n3\nnothing --> at all\nlost words\n"),
    ],
)
def test_broken_captions_are_refused_and_no_words_are_lost_in_silence(reader, text: str) -> None:
    with pytest.raises(LoadError, match="isn't a readable"):
        reader(text)


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("recordings/*.[vs][tr]t")), ids=lambda path: path.stem)
def test_the_sample_recordings_have_speakers_and_times_throughout(path: Path) -> None:
    parsed = load(path, SAMPLE, max_bytes=1_000_000)
    segments = [segment for passage in parsed.passages for segment in passage.segments]
    assert 40 <= segments[-1].index + 1 <= 90
    assert all(s.speaker and s.start_s is not None and s.end_s is not None for s in segments)
    assert [s.start_s for s in segments] == sorted(s.start_s or 0 for s in segments)
    assert parsed.document.duration_s == max(s.end_s or 0 for s in segments)
    assert len({s.speaker for s in segments}) == 5
    for passage in parsed.passages:
        lines = passage.text.split("\n")
        assert [line.split(": ")[0] for line in lines] == [s.speaker for s in passage.segments]
