"""The link to the mock cloud's own page: jobs and loss curves in a browser tab."""

from __future__ import annotations

from html import escape

from helpers.connect.mock_cloud_control import mock_call
from helpers.connect.page_address import page_address
from helpers.ground.texts import _


def show_mock_cloud_page() -> None:
    """Show a link that opens the mock cloud's page once; call again for another.

    The page lists jobs with their loss curves. On Binder, Codespaces and JupyterHub, the link leads through
    jupyter-server-proxy. Raises MockCloudError if the mock cloud cannot start.

    >>> show_mock_cloud_page()
    <IPython.core.display.HTML object>
    """
    from IPython.display import HTML, display

    address = escape(page_address(mock_call("/mock/page-link", method="POST")["url"]))
    words = escape(_("Open the mock cloud's page (this link works once)."))
    display(HTML(f'<a href="{address}" target="_blank" rel="noopener">{words}</a>'))
