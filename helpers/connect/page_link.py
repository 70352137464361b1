"""The link to the mock cloud's own page: jobs and loss curves in a browser tab."""

from __future__ import annotations

import os
from html import escape
from urllib.parse import urlsplit

from helpers.connect.mock_cloud_control import mock_call
from helpers.ground.texts import _


def show_mock_cloud_page() -> None:
    """Show a link that opens the mock cloud's page once; call again for another.

    The page lists jobs with their loss curves. On Binder, Codespaces and JupyterHub, the link leads through
    jupyter-server-proxy. Raises MockCloudError if the mock cloud cannot start.

    >>> show_mock_cloud_page()
    <IPython.core.display.HTML object>
    """
    from IPython.display import HTML, display

    address = escape(page_address(mock_call("/mock/page-link", method="POST")["url"], dict(os.environ)))
    words = escape(_("Open the mock cloud's page (this link works once)."))
    display(HTML(f'<a href="{address}" target="_blank" rel="noopener">{words}</a>'))


def page_address(url: str, environment: dict[str, str]) -> str:
    """Where a browser reaches `url`: itself on one's own computer, else the proxy's path.

    >>> page_address("http://127.0.0.1:4000/?link=a", {"JUPYTERHUB_SERVICE_PREFIX": "/user/x/"})
    '/user/x/proxy/4000/?link=a'
    """
    prefix = environment.get("JUPYTERHUB_SERVICE_PREFIX")
    if prefix is None and environment.get("CODESPACES") != "true":
        return url
    parts = urlsplit(url)
    return f"{(prefix or '/').rstrip('/')}/proxy/{parts.port}/?{parts.query}"
