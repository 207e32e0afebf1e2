"""Settings: what holds when nothing is set, and what is said where something can't be used."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import make_url

from footnote.conversations import Allowance
from footnote.errors import SettingsError
from footnote.settings import Settings, load


def test_with_nothing_set_it_runs_on_this_machine_alone():
    settings = load()
    assert (settings.host, settings.port, settings.model) == ("127.0.0.1", 8050, "extractive")
    assert settings.library is None
    assert settings.database == Path(".footnote/footnote.db")
    assert (settings.idle_timeout_s, settings.answer_timeout_s) == (30, 110)
    assert not settings.identity_trusted
    assert settings.allowed_hosts == ()


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("FOOTNOTE_PORT", "9000", "port", 9000),
        ("FOOTNOTE_DATA", "some/where", "data", Path("some/where")),
        ("FOOTNOTE_MODEL", "databricks:my-endpoint_2.1", "model", "databricks:my-endpoint_2.1"),
        (
            "FOOTNOTE_MODELS",
            " Fast = databricks:a, Thorough & slow=databricks:b-1 ,Quotes=extractive,",
            "models",
            (("Fast", "databricks:a"), ("Thorough & slow", "databricks:b-1"), ("Quotes", "extractive")),
        ),
        ("FOOTNOTE_TEMPERATURE", "0.5", "temperature", 0.5),
        ("FOOTNOTE_IDLE_TIMEOUT_S", "2.5", "idle_timeout_s", 2.5),
        ("FOOTNOTE_TRUST_IDENTITY", "true", "trust_identity", True),
        ("FOOTNOTE_ALLOWED_HOSTS", " a.example, b.example ,", "allowed_hosts", ("a.example", "b.example")),
        ("FOOTNOTE_LOG_LEVEL", "DEBUG", "log_level", "DEBUG"),
    ],
)
def test_a_variable_sets_its_field(monkeypatch, name, value, field, expected):
    monkeypatch.setenv(name, value)
    assert getattr(load(), field) == expected


def test_a_folder_that_is_there_can_be_the_library(monkeypatch, tmp_path):
    monkeypatch.setenv("FOOTNOTE_LIBRARY", str(tmp_path))
    assert load().library == tmp_path


@pytest.mark.parametrize("name", ["PORT", "LIBRARY", "MODEL", "TEMPERATURE", "ALLOWED_HOSTS", "TRUST_IDENTITY", "DATA"])
def test_an_empty_variable_is_as_good_as_none(monkeypatch, name):
    """A deployment's template leaves variables empty rather than out."""
    monkeypatch.setenv(f"FOOTNOTE_{name}", "")
    assert load() == Settings()


BAD = {
    "FOOTNOTE_WORKERS": [("0", "an integer greater than or equal to 1 and less than or equal to 64")],
    "FOOTNOTE_RATE_LIMIT": [
        ("many", "`100/hour`"),
        ("0/hour", "at least 1"),
        ("100", "`off`"),
        ("100/eon", "`off`"),
        ("9/hour;1/minute", "a time"),
    ],
    "FOOTNOTE_MAX_STREAMS": [("0", "greater than or equal to 1")],
    "FOOTNOTE_MAX_WAITING": [("-1", "an integer greater than or equal to 0 and less than or equal to 10000")],
    "FOOTNOTE_RETENTION_DAYS": [("-1", "a number greater than or equal to 0 and less than or equal to 36500")],
    "FOOTNOTE_STREAMING": [("often", "Allowed: `true` or `false`.")],
    "FOOTNOTE_PORT": [("eighty", "integer"), ("0", "greater than or equal to 1"), ("70000", "65535")],
    "FOOTNOTE_LIBRARY": [("no/such/folder", "an existing folder")],
    "FOOTNOTE_MODEL": [
        ("gpt", "databricks:<serving endpoint>"),
        ("agent:", "agent:<agent endpoint>"),
        ("langchain:module", "langchain:<module>:<attribute>"),
        ("langchain:a/b:c", "langchain:<module>:<attribute>"),
        ("databricks:", "databricks:<serving endpoint>"),
        ("databricks:a/b", "extractive"),
    ],
    "FOOTNOTE_MODELS": [
        ("databricks:a", "'databricks:a' is none"),
        ("a=gpt", "'a=gpt' is none"),
        ("Quotes=extractive,=extractive", "'=extractive' is none"),
        ("a=extractive=b", "each model as in `FOOTNOTE_MODEL`"),
        ("a=extractive, A = databricks:b", "each name once; 'A' stands there twice"),
        ("x" * 61 + "=extractive", "`name=model` by commas"),
    ],
    "FOOTNOTE_RETRIEVER": [
        ("elastic", "`embedded`, `postgres`"),
        ("vector-search:index", "vector-search:<catalog.schema.index>"),
        ("postgres", "FOOTNOTE_LAKEBASE names a database"),
    ],
    "FOOTNOTE_RERANKER": [
        ("best", "`off`, `platform`"),
        ("platform", "an index of Vector Search"),
        ("words", "`off` with the embedded retriever"),
    ],
    "FOOTNOTE_EMBEDDINGS": [
        ("bge", "databricks:<serving endpoint>"),
        ("databricks:bge", "FOOTNOTE_RETRIEVER=postgres"),
    ],
    "FOOTNOTE_INDEX_COLUMNS": [("txt=chunk", "'txt' is none"), ("text=a b", "'a b' is none"), ("text", "'' is none")],
    "FOOTNOTE_INDEX_ENDPOINT": [("fast", "`storage-optimized`")],
    "FOOTNOTE_LAKEBASE": [
        ("projects/a", "`projects/<project>/branches/<branch>/endpoints/<endpoint>`"),
        ("my database", "an instance's name"),
        ("footnote-db", "which sets PGHOST; or with FOOTNOTE_DATABASE_URL"),
    ],
    "FOOTNOTE_USER_AUTHORIZATION": [("true", "only on Databricks Apps"), ("maybe", "Allowed: `true` or `false`.")],
    "FOOTNOTE_MAX_TOKENS": [("0", "greater than or equal to 1"), ("1.5", "integer")],
    "FOOTNOTE_TEMPERATURE": [("warm", "number"), ("3", "less than or equal to 2")],
    "FOOTNOTE_PASSAGES": [("41", "less than or equal to 40")],
    "FOOTNOTE_IDLE_TIMEOUT_S": [("0", "greater than 0"), ("nan", "3600"), ("inf", "3600")],
    "FOOTNOTE_ANSWER_TIMEOUT_S": [("-1", "greater than 0")],
    "FOOTNOTE_MAX_RUNNING": [("many", "integer")],
    "FOOTNOTE_MAX_FILE_MB": [("0", "greater than 0")],
    "FOOTNOTE_MAX_DOCUMENTS": [("0", "less than or equal to 1000000.")],
    "FOOTNOTE_TRUST_IDENTITY": [("maybe", "Allowed: `true` or `false`.")],
    "FOOTNOTE_LOG_LEVEL": [("loud", "`DEBUG`, `INFO`, `WARNING` or `ERROR`")],
    "DATABRICKS_APP_PORT": [("x", "integer"), ("0", "greater than or equal to 1")],
}


@pytest.mark.parametrize(("name", "value", "allowed"), [(name, *case) for name, cases in BAD.items() for case in cases])
def test_what_cannot_be_used_is_named_with_its_value_and_what_is_allowed(monkeypatch, name, value, allowed):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as problem:
        load()
    said = problem.value.message
    assert said.startswith(f"{name}={value!r} can't be used. Allowed: ")
    assert allowed in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hunter2@h/d",
        "postgresql+psycopg2://u:hunter2@h/d",
        "hunter2",
        "//u:hunter2@",
        "postgresql://u:x@1:hunter2@h/d",
    ],
)
def test_a_database_s_address_that_cannot_be_used_is_not_told_for_it_holds_a_password(monkeypatch, url):
    monkeypatch.setenv("FOOTNOTE_DATABASE_URL", url)
    with pytest.raises(SettingsError) as problem:
        load()
    expected = "FOOTNOTE_DATABASE_URL='***' can't be used. Allowed: postgresql://user:password@host/name."
    assert problem.value.message == expected


def test_a_database_s_password_shows_in_no_text_of_the_settings(monkeypatch):
    monkeypatch.setenv("FOOTNOTE_DATABASE_URL", "postgresql://u:hunter2@h/d")
    assert "hunter2" not in f"{load()} {load()!r} {load().model_dump_json()}"


def test_a_lakebase_database_is_where_the_platform_says(monkeypatch):
    """Its password comes with each connection, and never unencrypted where nobody says otherwise."""
    monkeypatch.setenv("FOOTNOTE_LAKEBASE", "projects/p/branches/main/endpoints/primary")
    monkeypatch.setenv("PGHOST", "ep-1.database.example.org")
    monkeypatch.setenv("DATABRICKS_CLIENT_ID", "0a1b-role")
    url = make_url(load().shared_database)
    assert (url.username, url.password, url.database) == ("0a1b-role", None, "databricks_postgres")
    assert url.query == {"host": "ep-1.database.example.org", "port": "5432", "sslmode": "require"}
    monkeypatch.setenv("PGUSER", "other role")
    assert make_url(load().shared_database).username == "other role"
    monkeypatch.setenv("FOOTNOTE_DATABASE_URL", "postgresql://me@elsewhere/kept")
    assert load().shared_database == "postgresql://me@elsewhere/kept"


@pytest.mark.parametrize(
    ("rate", "allowance"),
    [
        ("100/hour", Allowance(100, 3600)),
        ("5 per 2 minutes", Allowance(5, 120)),
        ("off", None),
        (" OFF ", None),
    ],
)
def test_a_rate_is_so_many_questions_in_so_many_seconds(monkeypatch, rate, allowance):
    monkeypatch.setenv("FOOTNOTE_RATE_LIMIT", rate)
    assert load().allowance == allowance


def test_all_that_is_wrong_is_said_at_once(monkeypatch):
    monkeypatch.setenv("FOOTNOTE_PORT", "x")
    monkeypatch.setenv("FOOTNOTE_MODEL", "y")
    with pytest.raises(SettingsError) as problem:
        load()
    assert sorted(line.split("=")[0] for line in problem.value.message.splitlines()) == [
        "FOOTNOTE_MODEL",
        "FOOTNOTE_PORT",
    ]


def test_on_databricks_the_platform_says_the_port_and_who_asks(monkeypatch):
    monkeypatch.setenv("DATABRICKS_APP_PORT", "8000")
    monkeypatch.setenv("DATABRICKS_APP_NAME", "footnote")
    settings = load()
    assert settings.port == 8000
    assert settings.on_databricks
    assert settings.identity_trusted


def test_a_port_of_ones_own_wins_over_the_platforms(monkeypatch):
    monkeypatch.setenv("DATABRICKS_APP_PORT", "8000")
    monkeypatch.setenv("FOOTNOTE_PORT", "9000")
    assert load().port == 9000


def test_several_models_stand_in_place_of_one_and_the_first_is_the_default(monkeypatch):
    monkeypatch.setenv("FOOTNOTE_MODEL", "databricks:one")
    assert load().named_models == {"databricks:one": "databricks:one"}
    monkeypatch.setenv("FOOTNOTE_MODELS", "Fast=databricks:a,Quotes=extractive")
    assert list(load().named_models.items()) == [("Fast", "databricks:a"), ("Quotes", "extractive")]


def test_other_variables_are_none_of_its_business(monkeypatch):
    monkeypatch.setenv("FOOTNOTE_NO_SUCH_SETTING", "x")
    monkeypatch.setenv("PORT", "1")
    assert load() == Settings()


def test_settings_do_not_change_once_read():
    with pytest.raises(ValidationError):
        load().port = 1
