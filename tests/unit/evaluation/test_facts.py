"""Whether an answer tells a fact, in whatever way it writes it."""

from __future__ import annotations

import pytest

from footnote.evaluation.facts import tells


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("4 percent", "It rose by **four percent** [2]."),
        ("4000", "They counted 4,000 of them."),
        ("12 March 2026", "It was decided on 2026-03-12 [1]."),
        ("2026-03-12", "On March 12, 2026 it closed."),
        ("30 percent from Monday", "We raise it to 30 percent from Monday on."),
        ("to avoid being targeted by the boycott", "They did so to avoid being *targeted* by any boycott."),
        ("The depot moves", "- A depot moved in May. [1]"),
        ("public X.25 network", "It was a public X.25 network."),
        ("Müller", "said MULLER"),
        ("The Who", "I like the Who."),
        ("4", "The depot has 4 doors [7]."),
    ],
)
def test_a_fact_is_found_however_it_is_written(fact, text):
    assert tells(text, [fact])


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("4 percent", "It rose by 5 percent [4]."),
        ("4 percent", "In 4 years. A percent more."),
        ("12 March 2026", "It was decided on 13 March 2026."),
        ("30 percent from Monday", "30 percent from Friday, not on Monday."),
        ("the depot moves", "The shop moves, and so will its depot."),
        ("The Who", "Nobody knows who."),
        ("x", ""),
    ],
)
def test_what_is_not_told_is_not_found(fact, text):
    assert not tells(text, [fact])


def test_one_of_several_wordings_is_enough():
    assert tells("It begins in autumn.", ["in October", "autumn"])
