"""Numbers, dates and times are the same however they are written."""

import pytest

from footnote.answers.checking.figures import clock, figures, keys


def found(said, source, *, german=False):
    """The figures of a statement, each with whether the source has it."""
    return {said[f.start : f.end]: f.stands_in(keys(source)) for f in figures(said, german=german)}


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("1,000", "one thousand pounds"),
        ("1000", "1,000"),
        ("1.000", "1,000 Euro"),
        ("1.5k", "1500"),
        ("1.5 million", "1,500,000"),
        ("3 million", "between 3 and 5 million"),
        ("10\u202f000", "10,000"),
        ("12 %", "12 per cent"),
        ("12%", "twelve percent"),
        ("1,5", "1.50"),
        ("twelve", "12 of them"),
        ("twenty-five", "twenty five euros"),
        ("two hundred and five", "205"),
        ("1974", "nineteen seventy four"),
        ("1918", "1914\u201318"),
        ("12th", "the twelfth"),
        ("1990", "the 1990s"),
        ("2:30 pm", "at 14:30"),
        ("12 March 2026", "2026-03-12"),
        ("March 12th, 2026", "on 12.03.2026"),
        ("12 March 2026", "on 12 March, all of it in 2026"),
        ("12 March", "12\u201314 March 2026"),
        ("March 2026", "2026-03-12"),
        ("May", "2026-05-01"),
        ("B52", "the b52 bomber"),
        ("3.11.7", "version 3.11.7"),
        ("1.234.567,89", "1,234,567.89"),
        ("3,5 Mio.", "3.5 million"),
        ("25 km", "25km"),
        ("€4.50", "4,50 €"),
        ("12. März 2026", "2026-03-12"),
        ("03/12/2026", "12 March 2026"),
        ("14:30 Uhr", "2:30 pm"),
    ],
)
def test_one_value_in_two_ways_is_found(said, source):
    assert found(said, source), said
    assert all(found(said, source).values()), (found(said, source), sorted(keys(source)))


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("1,001", "1,000"),
        ("1.5 million", "1.5 billion"),
        ("13 %", "12 per cent"),
        ("seven", "six or eight"),
        ("12 March 2026", "2026-03-13 and 2026-04-12"),
        ("12 March 2026", "12 March 2025"),
        ("May", "he may"),
        ("10:31", "10:30"),
        ("205", "two hundred and four"),
        ("B53", "B52"),
        ("3,6 Mio.", "3.5 million"),
        ("1.234.568", "1,234,567"),
        ("13. März 2026", "2026-03-12"),
    ],
)
def test_another_value_is_not_found(said, source):
    assert found(said, source), said
    assert not any(found(said, source).values())


def test_words_that_are_seldom_figures_are_none():
    assert found("One of the first, for a second, of thousands", "") == {}


def test_german_numbers_are_read_in_german_only():
    assert found("sieben Tage", "7 Tage", german=True) == {"sieben": True}
    assert found("elf and acht", "") == {}


def test_a_place_in_a_recording_can_be_named():
    assert [f.stands_in(clock(4501.7)) for f in figures("1:15:01 and 75:01")] == [True, True]
