"""The workspace as a process of its own."""

from __future__ import annotations

import argparse
import contextlib
import threading
from dataclasses import replace

from footnote.serving import allow_open_files
from workspace.scenarios import ANSWER, SCENARIOS
from workspace.serving import ServingEndpoint


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser(description="A Databricks workspace on the loopback address.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--answer", default=ANSWER)
    parser.add_argument("--scenario", default="text", choices=sorted(SCENARIOS), help="what a question gets")
    parser.add_argument("--rate", type=float, help="chunks a second; 0: all at once")
    parser.add_argument("--chunks", type=int, help="answer with so many chunks that tell when they were sent")
    options = parser.parse_args()
    allow_open_files()  # a thousand answers are a thousand connections
    default = SCENARIOS[options.scenario]
    if options.rate is not None:
        default = replace(default, rate=options.rate)
    if options.chunks is not None:
        default = replace(default, stamp=True, chunks=options.chunks)
    with ServingEndpoint(answer=options.answer, default=default, port=options.port) as endpoint:
        print(f"serving on {endpoint.url}", flush=True)
        print(*(f"{name}={value}" for name, value in endpoint.environment.items()), sep="\n", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
