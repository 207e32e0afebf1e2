"""The floor of what a token costs: a process, patched by gevent as a server is, that only reads the model's client.

For each line of its input it reads so many answers at once of ``ChatDatabricks.stream()``, and prints as JSON how many
characters came and the processor time that it took.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import gevent  # noqa: E402
from databricks_langchain import ChatDatabricks  # noqa: E402

QUESTION = "What did the review decide about the depot, and who disagreed?"


def characters(llm: ChatDatabricks) -> int:
    """Read one answer."""
    return sum(len(chunk.content) for chunk in llm.stream([("user", QUESTION)]))


def main() -> None:
    """Read what is asked for, until there is no more input."""
    llm = ChatDatabricks(model="bench", max_retries=0)
    _ = llm.client
    for line in sys.stdin:
        began = time.process_time()
        readers = [gevent.spawn(characters, llm) for _ in range(int(line))]
        came = sum(reader.get() for reader in readers)
        print(json.dumps({"cpu_s": time.process_time() - began, "characters": came}), flush=True)


if __name__ == "__main__":
    main()
