"""Ports for servers that take their time to start, or that come and go."""

from __future__ import annotations

import socket


def reserved_port() -> socket.socket:
    """A port that nobody else is given while this socket is open; a server may listen on it, and do so again."""
    return held_port(0)


def held_port(port: int) -> socket.socket:
    """A port of this number, on which nobody listens."""
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.bind(("127.0.0.1", port))
    return reserved


def number(reserved: socket.socket) -> int:
    """Which port it is."""
    return int(reserved.getsockname()[1])
