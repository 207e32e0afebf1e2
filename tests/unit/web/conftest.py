"""Pages to send requests to."""

from dataclasses import replace

import pytest

from footnote.settings import Settings
from page_client import Page


@pytest.fixture
def page(scripted):
    made = Page(scripted)
    yield made
    made.producer.close()


@pytest.fixture
def behind_a_proxy(scripted):
    """The page as on Databricks Apps, where the proxy says who asks."""
    made = Page(replace(scripted, settings=Settings(trust_identity=True)))
    yield made
    made.producer.close()
