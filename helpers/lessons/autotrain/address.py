"""The address under which a learner's browser reaches a page of this machine."""

from __future__ import annotations

import os


def browser_address(port: int) -> str:
    """Loopback, or JupyterLab's own proxy where the browser is elsewhere (Binder, a hub, Codespaces).

    >>> browser_address(7860)
    'http://127.0.0.1:7860/'
    """
    if os.environ.get("JUPYTERHUB_SERVICE_PREFIX") or os.environ.get("CODESPACES") == "true":
        return f"{_base_url()}proxy/{port}/"
    return f"http://127.0.0.1:{port}/"


def _base_url() -> str:
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    if prefix:
        return prefix
    from jupyter_server.serverapp import list_running_servers

    parent = os.environ.get("JPY_PARENT_PID")
    servers = [server for server in list_running_servers() if str(server["pid"]) == parent]
    return servers[0]["base_url"] if servers else "/"
