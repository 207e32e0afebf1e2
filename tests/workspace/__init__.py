"""A Databricks workspace on the loopback address: its wire formats, its refusals, and its ways to fail.

In a test (its own thread; exact times of every chunk and of the client's leaving)::

    with ServingEndpoint(answer="The plan is late [1].") as endpoint:
        endpoint.environment             # {"DATABRICKS_HOST": ..., "DATABRICKS_TOKEN": ...} for the real SDK
        endpoint.scenario("late", text="Late.", first_delay_s=2)   # one more, or another of the same name
        endpoint.default = SCENARIOS["stall"]                      # what a question gets that picks none
        request = endpoint.wait_for_request()   # the newest one, as soon as it has come
        request.sent                     # [(monotonic seconds, text), ...] of each chunk sent
        request.wait_closed(1)           # monotonic seconds at which the client was seen to leave, else None
        endpoint.requests, endpoint.open # all so far; how many connections that asked are open now

What else a workspace serves is plugged in: ``ServingEndpoint(apis=[search, ...])``. An ``Api`` is called with
each ``ApiRequest`` that asks no model, in a thread of its own, and gives a ``Reply``, or None where the path is
not its own; it may raise ``Refused``. ``request.signed("vector-search")`` is who asks, or a refusal as
Databricks makes it: so no token is a 401, and an unknown one, one that has expired or one without the scope a 403::

    def search(request: ApiRequest) -> Reply | None:
        if request.path != "/api/2.0/vector-search/indexes/main.rag.passages/query":
            return None
        request.signed("vector-search")
        return Reply({"result": {"row_count": 0, "data_array": []}, "received": request.json()})

Whom the workspace knows is ``endpoint.identities``: ``endpoint.identities.grant("token", "ada@example.org",
scopes={"model-serving"}, expires_in_s=60)``. ``request.identity`` of a question tells who asked it.

As a process of its own (for benches and for servers under gevent), with the same control over HTTP::

    python -m workspace --port 8099 --answer "..." --rate 30     # with tests/ on PYTHONPATH
    GET  /_requests   the requests so far: [{scenario, endpoint, body, sent, closed_at, finished_at}, ...]
    POST /_reset      forget them
    POST /_default    {"scenario": "stall"} or a scenario's fields: {"text": "...", "rate": 100}

``with ServingEndpoint.process("--rate", "30", "--chunks", "300") as url`` starts such a process, on a free
port, and ends it; ``DATABRICKS_HOST`` is that URL and ``DATABRICKS_TOKEN`` is ``TOKEN``.

Which scenario a request gets: the last ``[[name]]`` in its last user message, else the one named like
the endpoint, else ``default``. The names are the keys of ``SCENARIOS``. With ``stamp=True`` each chunk's
text is ``t=<monotonic seconds> ``: on one machine a reader can tell its age by ``time.monotonic()``.

Strict: path, method, ``Authorization``, content type and body are checked, and a wrong one is refused
as Databricks refuses it.
"""
