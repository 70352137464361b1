"""The address under which a learner's browser reaches a page that this machine serves."""

from __future__ import annotations

import os
from urllib.parse import urlsplit


def page_address(url: str) -> str:
    """Where a browser reaches `url`: itself on one's own computer, elsewhere JupyterLab's proxy.

    Elsewhere is a hub, Binder (their prefix is in the environment) or Codespaces, where the address is that
    of the JupyterLab whose kernel asks.

    >>> page_address("http://127.0.0.1:4000/jobs?link=a")
    'http://127.0.0.1:4000/jobs?link=a'
    """
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    if not behind_proxy():
        return url
    base = (_own_base_url() if prefix is None else prefix).rstrip("/")
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{base}/proxy/{parts.port or 80}{parts.path or '/'}{query}"


def behind_proxy() -> bool:
    """Whether learners reach this machine's pages through a proxy only: on a hub, Binder or Codespaces.

    >>> behind_proxy()
    False
    """
    return "JUPYTERHUB_SERVICE_PREFIX" in os.environ or os.environ.get("CODESPACES") == "true"


def _own_base_url() -> str:
    """The base of the JupyterLab that started this kernel; `/` where that is not known."""
    from jupyter_server.serverapp import list_running_servers

    parent = os.environ.get("JPY_PARENT_PID")
    servers = [server for server in list_running_servers() if str(server["pid"]) == parent]
    return str(servers[0]["base_url"]) if servers else "/"
