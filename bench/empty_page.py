"""The floor of a first visit: a Dash page with one empty div, its files compressed as Footnote's are."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from dash import Dash, html
from werkzeug.serving import WSGIRequestHandler, make_server

from footnote.web.compression import compress


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until ended; the first line says where."""
    app = Dash(__name__, compress=False, enable_mcp=False)
    app.layout = html.Div()
    compress(app.server)
    server = make_server("127.0.0.1", 0, app.server, threaded=True, request_handler=_Quiet)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
