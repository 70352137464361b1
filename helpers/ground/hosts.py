"""Which names of a `Host` header mean this machine."""

from __future__ import annotations

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


def host_name(host: str) -> str:
    """The name without its port.

    >>> host_name("127.0.0.1:8000"), host_name("[::1]:8000")
    ('127.0.0.1', '[::1]')
    """
    return host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0].lower()
