"""Checks of the network: code reaches nothing, neither far nor near."""

from __future__ import annotations

import secrets
import socket
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from redraft.sandbox.conformance.check import attempt, check

if TYPE_CHECKING:
    from redraft.sandbox.interface import Sandbox

__all__ = ["CHECKS"]

_FAR = "192.0.2.1"
"""An address that is kept for documentation; connecting a datagram socket to it sends nothing."""

_CONNECT = """
    import socket
    kind = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(kind, socket.SOCK_STREAM) as one:
        one.settimeout(1)
        one.connect(address)
        return "a connection"
"""

_UNIX = """
    import socket
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
        one.settimeout(1)
        one.connect(address)
        return "a connection"
"""


@check(least="namespace")
def internet(sandbox: Sandbox) -> str | None:
    """There is no way to an address elsewhere."""
    body = """
        import socket
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.connect((address, 9))
            return "a way to the internet"
    """
    return attempt(sandbox, body, address=_FAR)


@check(least="namespace")
def listener_on_loopback(sandbox: Sandbox) -> str | None:
    """A service of this machine cannot be reached."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return attempt(sandbox, _CONNECT, address=server.getsockname()[:2])


@check(least="namespace")
def listener_on_loopback_of_ipv6(sandbox: Sandbox) -> str | None:
    """A service of this machine cannot be reached by the newer protocol."""
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:  # this machine has no IPv6, and so nothing to keep code from
        return None
    with closing(server):
        return attempt(sandbox, _CONNECT, address=server.getsockname()[:2])


@check(least="namespace")
def datagram_to_loopback(sandbox: Sandbox) -> str | None:
    """No datagram arrives at a service of this machine."""
    body = """
        import socket
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.sendto(b"x", address)
            return "a datagram was sent"
    """
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as server:
        server.bind(("127.0.0.1", 0))
        return attempt(sandbox, body, address=server.getsockname())


@check(least="namespace")
def unix_socket(sandbox: Sandbox) -> str | None:
    """A socket of ours in a folder that anybody may enter cannot be reached."""
    with tempfile.TemporaryDirectory(prefix="redraft-trap-") as folder:
        Path(folder).chmod(0o755)
        with closing(socket.socket(socket.AF_UNIX)) as server:
            server.bind(f"{folder}/socket")
            Path(folder, "socket").chmod(0o777)
            server.listen()
            return attempt(sandbox, _UNIX, address=f"{folder}/socket")


@check(least="namespace")
def abstract_unix_socket(sandbox: Sandbox) -> str | None:
    """A socket of ours that lies in no folder cannot be reached."""
    name = f"\0redraft-{secrets.token_hex(8)}"
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(name)
        server.listen()
        return attempt(sandbox, _UNIX, address=name)


@check(least="namespace")
def other_kinds_of_sockets(sandbox: Sandbox) -> str | None:
    """There are no sockets to the kernel, to a hypervisor or to hardware."""
    body = """
        import socket
        opened = []
        for name in ("AF_NETLINK", "AF_PACKET", "AF_VSOCK", "AF_ALG", "AF_BLUETOOTH", "AF_CAN", "AF_TIPC"):
            kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)
            for kind in kinds if hasattr(socket, name) else ():
                try:
                    socket.socket(getattr(socket, name), kind).close()
                    opened.append(name)
                except OSError:
                    continue
        return opened or None
    """
    return attempt(sandbox, body)


CHECKS = (
    internet,
    listener_on_loopback,
    listener_on_loopback_of_ipv6,
    datagram_to_loopback,
    unix_socket,
    abstract_unix_socket,
    other_kinds_of_sockets,
)
