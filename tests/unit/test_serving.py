"""What a process that serves is allowed, and allows those that it starts."""

from __future__ import annotations

import resource

from footnote.serving import allow_open_files


def test_as_many_files_may_be_open_as_the_system_lets_be() -> None:
    """Many systems begin with 1,024 of several thousand: fewer than a worker may have connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    try:
        allow_open_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(hard, 65_536) if hard != -1 else 65_536, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
