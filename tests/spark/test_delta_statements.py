"""The statements for Delta by Spark, whose extension can't be had here: Spark's own parser has to understand them."""

from __future__ import annotations

import re

import pytest

from footnote.spark.columns import SHAPES
from footnote.spark.delta_tables import created, merged, quoted


def plan(spark, statement: str) -> str:
    """What Spark's parser makes of a statement; it raises where that is no SQL."""
    return spark._jsparkSession.sessionState().sqlParser().parsePlan(statement).toString()


@pytest.mark.parametrize("name", SHAPES)
def test_a_table_is_made_with_the_feed_that_an_index_follows(spark, name):
    """By one statement that leaves a table which is there alone."""
    made = plan(spark, created(quoted("main.qa-test", name), name))
    assert made.startswith("'CreateTable")
    assert "(delta.enableChangeDataFeed,true)" in made
    assert re.search(r"\[main, qa-test, \w+\]", made)


@pytest.mark.parametrize("name", SHAPES)
def test_changes_are_one_statement_and_so_one_transaction(spark, name):
    """With an action each for what is gone, what differs and what is new."""
    made = plan(spark, merged(quoted("main.qa", name), name))
    actions = [made.count(action) for action in ("deleteaction(", "updateaction(", "insertaction(")]
    assert made.startswith("'MergeIntoTable")
    assert actions == [1, 1, 1]
