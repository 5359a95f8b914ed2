"""Who sends: the modalities of the config, and every sender that was met."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from iqs_tui.store.models import Job, Peer

ECHOES = 200
"""How many of the newest C-ECHO jobs are looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A modality as the config has it."""

    ae_title: str
    host: str
    port: int
    room: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRow:
    """One sender: registered, met, or both."""

    ae_title: str
    host: str
    """Empty for a modality that may come from any host and was not met yet."""
    port: int
    """For a C-ECHO; 0 where the config gives none."""
    room: str | None
    kind: str | None
    is_known: bool
    last_seen: datetime | None
    n_associations: int
    n_refused: int
    last_echo_at: datetime | None
    last_echo_ok: bool | None

    @property
    def key(self) -> str:
        """One name for the row."""
        return f"{self.ae_title}\\{self.host}"


def peers(registered: Iterable[Registered]) -> tuple[PeerRow, ...]:
    """Return the modalities of the config in its order, then the senders that are not in it, newest first."""
    met = list(Peer.select().order_by(Peer.last_seen.desc()))
    echoes = _echoes()
    rows: list[PeerRow] = []
    told: set[tuple[str, str]] = set()
    for modality in registered:
        own = [peer for peer in met if _is(peer, modality)]
        rows += [_row(peer, modality) for peer in own] or [_unmet(modality, echoes)]
        told |= {(peer.ae_title, peer.host) for peer in own}
    return (*rows, *(_row(peer, None) for peer in met if (peer.ae_title, peer.host) not in told))


def _is(peer: Peer, modality: Registered) -> bool:
    return peer.ae_title == modality.ae_title and (not modality.host or peer.host == modality.host)


def _echoes() -> dict[tuple[str, str], Job]:
    """The last C-ECHO of each modality: one that never called has no row among those that were met."""
    done = Job.select().where(Job.kind == "echo", Job.state == "done").order_by(Job.job_id.desc()).limit(ECHOES)
    return {(job.params["ae_title"], job.params["host"]): job for job in reversed(list(done))}


def _row(peer: Peer, modality: Registered | None) -> PeerRow:
    return PeerRow(
        ae_title=peer.ae_title,
        host=peer.host,
        port=modality.port if modality else 0,
        room=modality.room if modality else peer.room,
        kind=modality.kind if modality else peer.modality,
        is_known=modality is not None,
        last_seen=peer.last_seen,
        n_associations=peer.n_associations,
        n_refused=peer.n_refused,
        last_echo_at=peer.last_echo_at,
        last_echo_ok=peer.last_echo_ok,
    )


def _unmet(modality: Registered, echoes: dict[tuple[str, str], Job]) -> PeerRow:
    echo = echoes.get((modality.ae_title, modality.host))
    return PeerRow(
        ae_title=modality.ae_title,
        host=modality.host,
        port=modality.port,
        room=modality.room,
        kind=modality.kind,
        is_known=True,
        last_seen=None,
        n_associations=0,
        n_refused=0,
        last_echo_at=echo.finished_at if echo else None,
        last_echo_ok=bool(echo.result["ok"]) if echo else None,
    )
