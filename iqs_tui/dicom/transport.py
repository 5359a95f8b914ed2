"""The listener's TCP side: pynetdicom's server and socket with deadlines, caps and prompt acknowledgements.

Why: accepted sockets of stock pynetdicom have no timeout, so that twelve half PDU headers lock it for ever; an
announced PDU length is not checked; and with a sender that leaves Nagle's algorithm on (dcmtk does) a delayed ACK
costs 40 ms per object. `AE.make_server(server_class=, request_handler=)` is the public way in; the one private
method that is overridden is checked at import.
"""

import logging
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from socketserver import BaseServer
from typing import Any, cast

import pynetdicom
from pynetdicom import _config
from pynetdicom.association import Association
from pynetdicom.dimse import DIMSEServiceProvider
from pynetdicom.pdu_primitives import P_DATA
from pynetdicom.transport import AssociationSocket, RequestHandler, ThreadedAssociationServer

log = logging.getLogger(__name__)

MAX_PDU_LENGTH = 131072
"""What we announce: dcmtk's own ceiling; larger ones make pynetdicom slower again."""
GREETING_S = 5.0
"""How long a caller may take to ask for an association."""
PDU_DEADLINE_S = 10.0
"""How long one PDU may take to come in, from its first byte."""

_ANNOUNCED_CEILING = 2 * MAX_PDU_LENGTH
"""Some senders count without the headers of the PDVs; 4 GiB, or HTTP read as a length, is another thing."""
_TURN_S = 0.001
"""How long the state machine waits for bytes before it looks for answers to send."""
_IDLE_TURN_S = 0.02
"""The same while nothing comes in: an idle association then costs a third of the processor time."""
_BUSY_S = 1.0
_A_ABORT = bytes([0x07, 0, 0, 0, 0, 4, 0, 0, 2, 0])
"""An A-ABORT PDU by the service provider, reason not specified (PS3.8 9.3.8)."""
_QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)
"""Linux only; elsewhere the kernel decides when it acknowledges."""

if not pynetdicom.__version__.startswith("3.0.") or not hasattr(RequestHandler, "_create_association"):
    raise ImportError(
        f"iqs-tui's DICOM listener is made for pynetdicom 3.0.x, this is {pynetdicom.__version__}: "
        "check iqs_tui/dicom/transport.py against it first"
    )

# The PDU log handlers format every PDU, whether or not anybody reads the log.
_config.LOG_HANDLER_LEVEL = "none"


class ModalitySocket(AssociationSocket):
    """The socket of one association: whole PDUs at once, each within a deadline and a size."""

    def __init__(self, plain: AssociationSocket) -> None:
        """Take over the socket that pynetdicom made, which is already known to the state machine."""
        self.__dict__.update(vars(plain))
        self.last_read_at = time.monotonic()
        self._has_hung_up = False

    @property
    def ready(self) -> bool:
        """Whether bytes wait to be read; waits for them a moment, which replaces pynetdicom's sleep between looks."""
        connection = self.socket
        is_busy = time.monotonic() - self.last_read_at < _BUSY_S
        moment = _TURN_S if is_busy else _IDLE_TURN_S
        if connection is None:
            time.sleep(moment)
            return False
        with suppress(OSError, ValueError):
            select.select([connection], [], [], moment)
        return super().ready

    def recv(self, nr_bytes: int) -> bytearray:
        """Read exactly `nr_bytes`, fewer where the peer left.

        Raises:
            OSError: too many bytes are announced, or they do not come in time (TimeoutError).
        """
        if nr_bytes > _ANNOUNCED_CEILING:
            self.hang_up()
            raise ConnectionAbortedError(f"a PDU of {nr_bytes} bytes is announced, at most {MAX_PDU_LENGTH} agreed")
        connection = self.socket
        if connection is None or self._has_hung_up:
            return bytearray()
        patience = PDU_DEADLINE_S if self.assoc.is_established else GREETING_S
        deadline = time.monotonic() + patience
        received, filled = bytearray(nr_bytes), 0
        with memoryview(received) as view:
            while filled < nr_bytes:
                connection.settimeout(patience)
                acknowledge_promptly(connection)
                count = connection.recv_into(view[filled:])
                filled += count
                patience = deadline - time.monotonic()
                if not count:
                    break
                if patience <= 0 and filled < nr_bytes:
                    raise TimeoutError("a PDU came in too slowly")
        self.last_read_at = time.monotonic()
        return received if filled == nr_bytes else received[:filled]

    def hang_up(self) -> None:
        """Send an A-ABORT and end the connection; for the state machine it is then lost."""
        connection = self.socket
        if connection is None or self._has_hung_up:
            return
        self._has_hung_up = True
        with suppress(OSError):
            connection.send(_A_ABORT)
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


class ModalityMessages(DIMSEServiceProvider):
    """Puts the messages of one association together; one that makes no sense ends it, and nothing else."""

    def receive_primitive(self, primitive: P_DATA) -> None:
        """Take in a piece of a message (PS3.8 E.2)."""
        try:
            super().receive_primitive(primitive)
        except Exception as error:  # noqa: BLE001 (the border: pynetdicom lets its state machine die of it)
            log.warning("a message made no sense: %s", type(error).__name__)
            hang_up(self.assoc)


class ModalityRequestHandler(RequestHandler):
    """Makes the association of one connection, with our socket and messages."""

    def _create_association(self) -> Association:
        association = super()._create_association()
        association.dimse = ModalityMessages(association)
        association.dul._run_loop_delay = 0  # the socket's `ready` waits instead, and wakes up at the first byte
        association.dul.socket = ModalitySocket(cast(AssociationSocket, association.dul.socket))
        return association


class ModalityServer(ThreadedAssociationServer):
    """Accepts the connections of modalities, never more than it can look after."""

    request_queue_size = 64
    max_connections = 64
    look_round: Callable[[], None] | None = None
    """Called a few times a second: notices associations that ended without a word."""

    def service_actions(self) -> None:
        """Look round between two connections."""
        super().service_actions()
        if self.look_round is not None:
            self.look_round()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection and set it up: no Nagle for our answers, and a timeout on everything."""
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.settimeout(GREETING_S)
        return connection, address

    def verify_request(self, request: object, client_address: object) -> bool:
        """Turn a connection away where there are too many; those without an association leave in seconds."""
        return len(self.active_associations) < self.max_connections

    def handle_error(self, request: object, client_address: object) -> None:
        """Log what went wrong in setting up one connection; the others go on."""
        log.exception("a connection could not be set up")

    def shutdown(self) -> None:
        """Stop accepting and close the listening socket; running associations go on."""
        BaseServer.shutdown(self)
        self.server_close()


def acknowledge_promptly(connection: socket.socket) -> None:
    """Ask the kernel to acknowledge at once what comes in; it soon forgets, so ask at every read."""
    if _QUICK_ACK is not None:
        connection.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)


def hang_up(association: Association) -> None:
    """End an association from any thread, whatever it is doing."""
    if isinstance(association.dul.socket, ModalitySocket):
        association.dul.socket.hang_up()


def last_read_at(association: Association) -> float:
    """Return when (monotonic clock) the last bytes of an association came in."""
    connection = association.dul.socket
    return connection.last_read_at if isinstance(connection, ModalitySocket) else 0.0
