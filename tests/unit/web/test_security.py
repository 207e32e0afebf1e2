"""Which hosts a page answers to, and the policy that every response carries."""

import pytest
from flask import Flask

from footnote.settings import Settings
from footnote.web.security import secure


def served(scripts=(), **settings):
    """A client of a server with one page, which counts how often its scripts are asked for."""
    server = Flask("page")
    server.add_url_rule("/", "page", lambda: "hello")
    asked = []
    secure(server, Settings(**settings), scripts=lambda: asked.append(1) or list(scripts))
    return server.test_client(), asked


def status(client, host):
    return client.get("/", headers={"Host": host}).status_code


@pytest.mark.parametrize(
    ("settings", "answered", "refused"),
    [
        ({}, ["127.0.0.1:8050", "localhost"], ["evil.example", "10.0.0.1"]),
        (
            {"allowed_hosts": ("notes.example",)},
            ["notes.example", "notes.example:443"],
            ["localhost", "x.notes.example"],
        ),
        ({"host": "0.0.0.0"}, ["anything.example", "10.0.0.1"], []),
        ({"on_databricks": True}, ["footnote-1.apps.example"], []),
        ({"on_databricks": True, "allowed_hosts": ("a.example",)}, ["a.example"], ["b.example"]),
    ],
    ids=["loopback", "named", "every address", "platform", "platform, named"],
)
def test_a_page_answers_to_its_own_names_only(settings, answered, refused):
    client, _ = served(**settings)
    assert {host: status(client, host) for host in answered} == dict.fromkeys(answered, 200)
    assert {host: status(client, host) for host in refused} == dict.fromkeys(refused, 400)


def test_the_inline_scripts_are_asked_for_once_and_no_others_run():
    client, asked = served(scripts=["'sha256-abc='"])
    policies = {client.get("/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 1
    assert "script-src 'self' 'sha256-abc=';" in policies.pop()
    assert asked == [1]


def test_a_response_that_brings_its_own_policy_keeps_it():
    server = Flask("page")
    server.add_url_rule("/", "page", lambda: ("x", 200, {"Content-Security-Policy": "sandbox"}))
    secure(server, Settings(), scripts=list)
    assert server.test_client().get("/").headers["Content-Security-Policy"] == "sandbox"


def test_what_says_nothing_of_it_is_kept_for_nobody_else():
    """A proxy in front of the page may not show one user's to another."""
    client, _ = served()
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"
