"""The figures of rankings, against values worked out by hand."""

from __future__ import annotations

import math

import pytest

from footnote.evaluation import metrics

RANKING = ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("k", "relevant", "recall", "found"),
    [
        (1, {"b", "e"}, 0, 0),
        (2, {"b", "e"}, 0.5, 1),
        (5, {"b", "e"}, 1, 1),
        (5, {"b", "x", "y"}, 1 / 3, 1),
        (9, {"x"}, 0, 0),
    ],
)
def test_recall_is_the_share_found_and_found_is_whether_any_was(k, relevant, recall, found):
    assert metrics.recall_at(k, RANKING, relevant) == pytest.approx(recall)
    assert metrics.found_at(k, RANKING, relevant) == found


def test_the_gain_of_a_ranking_is_discounted_by_place_and_held_against_the_best():
    """Places 2 and 5 of 5, of three that are relevant: (1/log2(3) + 1/log2(6)) / (1 + 1/log2(3) + 1/2)."""
    by_hand = (1 / math.log2(3) + 1 / math.log2(6)) / (1 + 1 / math.log2(3) + 0.5)
    assert by_hand == pytest.approx(0.4776, abs=1e-4)
    assert metrics.ndcg_at(5, RANKING, {"b", "e", "x"}) == pytest.approx(by_hand)


def test_a_ranking_that_has_all_that_its_depth_can_hold_gains_1():
    assert metrics.ndcg_at(2, ["a", "b"], {"a", "b", "c", "d"}) == 1
    assert metrics.ndcg_at(10, ["b", "a"], {"a"}) == pytest.approx(1 / math.log2(3))
    assert metrics.ndcg_at(10, [], {"a"}) == 0


def test_the_reciprocal_rank_is_that_of_the_first():
    assert metrics.reciprocal_rank(RANKING, {"c", "d"}) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank(RANKING, {"x"}) == 0


def test_precision_is_of_what_was_chosen_and_nothing_where_nothing_was():
    assert metrics.precision(["a", "a", "x", "y"], {"a", "b"}) == pytest.approx(1 / 3)
    assert metrics.precision([], {"a"}) is None


def test_a_percentile_is_a_value_that_occurs():
    """The nearest rank: of twenty values the 95th percentile is the nineteenth."""
    assert metrics.percentile(range(1, 21), 0.95) == 19
    assert metrics.percentile([7], 0.5) == 7
    assert metrics.percentile([4, 1, 3, 2], 0.5) == 2


def test_an_interval_leaves_zero_out_where_the_difference_is_no_chance():
    up = metrics.bootstrap([1.0] * 10 + [0.0] * 20)
    assert (up.sign, metrics.bootstrap([-1.0] * 10 + [0.0] * 20).sign) == (1, -1)
    assert up.low < 1 / 3 < up.high
    assert metrics.bootstrap([1.0, -1.0] * 15).sign == 0
    assert metrics.bootstrap([0.0] * 5) == metrics.Interval(0, 0)


def test_an_interval_is_the_same_each_time_and_as_wide_as_the_normal_one():
    """Of 400 coins a mean lies within 1.96 * sqrt(0.25 / 400) of a half: 0.451 to 0.549."""
    coins = [0.0, 1.0] * 200
    interval = metrics.bootstrap(coins)
    assert interval == metrics.bootstrap(coins)
    assert interval.low == pytest.approx(0.451, abs=0.01)
    assert interval.high == pytest.approx(0.549, abs=0.01)
