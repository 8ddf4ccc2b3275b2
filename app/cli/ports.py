"""The port a command listens on, taken before anything slow begins."""

from __future__ import annotations

import errno
import socket

from app.errors import AppError

BACKLOG = 2048  # uvicorn's own


class PortTaken(AppError):
    """Port {port} on {host} is in use already. Stop what uses it, or choose another with --port."""

    code, status = "port_taken", 500


class NotOurs(AppError):
    """Nothing can listen on {host}, port {port}: {why}. Choose others with --host and --port."""

    code, status = "port_refused", 500


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there: from now on nobody else can take the port. Port 0 takes a free one.

    Raises PortTaken or NotOurs.
    """
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    # A server that was just stopped leaves connections behind; they must not keep the port.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        # Bound alone, Linux would let a second command bind it too.
        sock.listen(BACKLOG)
    except OSError as trouble:
        sock.close()
        if trouble.errno == errno.EADDRINUSE:
            raise PortTaken(host=host, port=port) from None
        raise NotOurs(host=host, port=port, why=trouble.strerror or "the system refuses") from None
    return sock
