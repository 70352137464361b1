"""Set-up problems, told to the learner in a sentence or two."""

from __future__ import annotations


class SetupError(Exception):
    """Something the set-up cannot go on without; its text says what happened, why, and what to do next."""


NO_NETWORK = (
    "The packages could not be fetched: this computer does not reach the package registry. "
    "Check the network (and the proxy, if you have one), then run the same command again; "
    "what is already there is kept."
)
DISK_FULL = (
    "The disk filled up while installing. Free some space (about {needed:.0f} GB are needed) "
    "and run the same command again."
)
NO_VENV = (
    "This Python cannot make a virtual environment. On Debian or Ubuntu install it with "
    "`sudo apt install python3-venv`, then run the same command again."
)
INSTALL_FAILED = "Installing the packages failed. The last lines of pip were:\n{tail}\nThe whole log: {log}"

_NETWORK_SIGNS = (
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Name or service not known",
    "getaddrinfo failed",
    "Connection refused",
    "Network is unreachable",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "No matching distribution found",
)


def explain_pip(output: str, log: str, needed_gb: float) -> SetupError:
    """The clear sentence for a failed pip run.

    >>> "network" in str(explain_pip("NewConnectionError: ...", "setup.log", 3))
    True
    """
    if "No space left on device" in output or "Errno 28" in output:
        return SetupError(DISK_FULL.format(needed=needed_gb))
    if any(sign in output for sign in _NETWORK_SIGNS):
        return SetupError(NO_NETWORK)
    tail = "\n".join(output.strip().splitlines()[-6:])
    return SetupError(INSTALL_FAILED.format(tail=tail, log=log))
