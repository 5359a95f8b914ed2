"""C-ECHO as SCU (PS3.4 annex A): is the other side there, and does it know us?"""

import time
from dataclasses import dataclass
from typing import Literal

from pynetdicom import AE, evt
from pynetdicom.association import Association
from pynetdicom.pdu import A_ASSOCIATE_RJ
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from iqs_tui.dicom.calling import CALLER

Outcome = Literal["ok", "unreachable", "rejected", "not_supported", "no_answer", "failed"]

_DIAGNOSTICS = {
    (1, 2): "application context not supported",
    (1, 3): "our AE title is not known there",
    (1, 7): "there is no such AE title there",
    (2, 2): "protocol version not supported",
    (3, 1): "busy, try again",
    (3, 2): "too many associations, try again",
}
"""Source and diagnostic of an A-ASSOCIATE-RJ (PS3.8 table 9-21)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoResult:
    """What came of a C-ECHO."""

    ok: bool
    ms: float
    """From the first packet to the answer, connection and association included."""
    message: str
    """One line in English."""
    outcome: Outcome


def echo(host: str, port: int, called_ae: str, calling_ae: str, timeout_s: float) -> EchoResult:
    """Ask the application entity at `host:port` for a sign of life; each step may take `timeout_s`.

    Raises:
        ValueError: an AE title is not one (PS3.5 6.2).
    """
    entity = AE(ae_title=calling_ae)
    entity.connection_timeout = entity.acse_timeout = timeout_s
    entity.dimse_timeout = entity.network_timeout = timeout_s
    entity.add_requested_context(Verification)
    refusals: list[A_ASSOCIATE_RJ] = []
    keep = [*CALLER, (evt.EVT_PDU_RECV, _keep_refusal, [refusals])]
    started = time.perf_counter()
    try:
        association = entity.associate(host, port, ae_title=called_ae, evt_handlers=keep)
        outcome, message = _ask(association, refusals)
    except OSError as error:
        outcome, message = "unreachable", f"no connection: {error.strerror or type(error).__name__}"
    ms = (time.perf_counter() - started) * 1000
    return EchoResult(ok=outcome == "ok", ms=ms, message=message, outcome=outcome)


def _keep_refusal(event: evt.Event, refusals: list[A_ASSOCIATE_RJ]) -> None:
    """Keep a refusal as it comes in: a peer that closes right after it is, to pynetdicom, one that was never there."""
    if isinstance(event.pdu, A_ASSOCIATE_RJ):
        refusals.append(event.pdu)


def _ask(association: Association, refusals: list[A_ASSOCIATE_RJ]) -> tuple[Outcome, str]:
    if not association.is_established:
        return _why_not(association, refusals)
    try:
        status = association.send_c_echo()
    except ValueError:
        return "not_supported", "C-ECHO is not supported there"
    finally:
        association.release()
    if "Status" not in status:
        return "no_answer", "connected, but no answer in time"
    if status.Status != 0x0000:
        return "failed", f"answered with status 0x{status.Status:04X}"
    return "ok", "answered"


def _why_not(association: Association, refusals: list[A_ASSOCIATE_RJ]) -> tuple[Outcome, str]:
    for refusal in refusals:
        reason = _DIAGNOSTICS.get((refusal.source or 0, refusal.reason_diagnostic or 0), "no reason given")
        return "rejected", f"association rejected: {reason}"
    if association.rejected_contexts:
        return "not_supported", "C-ECHO is not supported there"
    return "unreachable", "no connection, or no answer in time"
