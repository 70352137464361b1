"""The mock cloud proves who it is before it is given a token or data.

Its port may be another program's by now: of another user of this computer, once the service has died. So each
new connection begins with a challenge that only the service of this state folder can answer, on this port.
"""

from __future__ import annotations

import http.client
import secrets
import socket

from helpers.mock_cloud.state.secret import proof, same
from helpers.mock_cloud.state.service_file import CHALLENGE, PROOF, Service

SECONDS = 10.0


class NotTheMockCloud(ConnectionError):
    """Who answers on the service's port is somebody else."""


def proven(connection: socket.socket, service: Service) -> bytes:
    """Challenge who is at the other end; what its `/health` said. The connection can be used on.

    Raises NotTheMockCloud, or OSError where nothing answers within ten seconds.
    """
    challenge = secrets.token_hex(16)
    connection.settimeout(SECONDS)
    call = http.client.HTTPConnection(service.host, service.port)
    call.sock = connection
    try:
        call.request("GET", "/health", headers={CHALLENGE: challenge})
        answer = call.getresponse()
        said, content = answer.getheader(PROOF, ""), answer.read(4096)
    except http.client.HTTPException as error:
        raise NotTheMockCloud(f"port {service.port} speaks no HTTP") from error
    expected = proof(service.proof_key, service.port, challenge)
    if not service.proof_key or not same(said, expected) or answer.will_close:
        raise NotTheMockCloud(f"port {service.port} is not the mock cloud's")
    return content
