"""Stream from and stop ChatDatabricks in a process patched by gevent: run by test_databricks_model.py.

Takes the URLs of serving endpoints; prints what came as JSON. It is a program of its own because
gevent has to patch before anything else is imported.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import os  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent / "src")]

from footnote.chat import Cancellation, Cancelled, CancelReason, Message, Prompt  # noqa: E402
from footnote.models.databricks import DatabricksModel  # noqa: E402
from workspace.identities import TOKEN  # noqa: E402


def ask(model, scenario, cancellation=None):
    question = f"When is the launch? [[{scenario}]]"
    chunks = model.stream(Prompt((Message("user", question),), question), cancellation or Cancellation())
    return "".join(chunk.text for chunk in chunks)


def stop(model, scenario):
    """The seconds from a stop to the end of a reader that waits."""
    cancellation = Cancellation()

    def read():
        try:
            ask(model, scenario, cancellation)
        except Cancelled:
            return time.monotonic()

    reader = gevent.spawn(read)
    gevent.sleep(0.3)
    asked = time.monotonic()
    cancellation.request(CancelReason.STOPPED)
    return reader.get(timeout=10) - asked


def stops_without_a_socket(url):
    """The same while a token is waited for, which the endpoint holds back, and while a name is looked up."""
    del os.environ["DATABRICKS_TOKEN"]
    os.environ |= {"DATABRICKS_HOST": url, "DATABRICKS_CLIENT_ID": "app", "DATABRICKS_CLIENT_SECRET": "none"}
    app = DatabricksModel("m", max_tokens=9, temperature=None, idle_timeout_s=30)
    del os.environ["DATABRICKS_CLIENT_ID"], os.environ["DATABRICKS_CLIENT_SECRET"]
    yield "token", [stop(app, "text") for _ in range(3)]
    os.environ["DATABRICKS_TOKEN"] = TOKEN
    model = DatabricksModel("m", max_tokens=9, temperature=None, idle_timeout_s=30)
    look_up, block = socket.getaddrinfo, monkey.get_original("time", "sleep")
    # As gevent's resolver does: in a native thread, which nothing interrupts.
    socket.getaddrinfo = lambda *_, **__: gevent.get_hub().threadpool.apply(block, (2,)) or []
    yield "name", [stop(model, "text") for _ in range(3)]
    socket.getaddrinfo = look_up


def main():
    answers, stops = [], {}
    for url in sys.argv[1:]:
        os.environ |= {"DATABRICKS_HOST": url, "DATABRICKS_TOKEN": TOKEN}
        model = DatabricksModel("m", max_tokens=9, temperature=None, idle_timeout_s=30)
        readers = [gevent.spawn(ask, model, "steady") for _ in range(15)]
        answers += [reader.get() for reader in readers]
        for scenario in ("stall", "no-chunk", "no-headers"):
            stops[f"{url.partition(':')[0]} {scenario}"] = [stop(model, scenario) for _ in range(3)]
    stops |= dict(stops_without_a_socket(sys.argv[1]))
    print(json.dumps({"answers": answers, "stops": stops}))


main()
