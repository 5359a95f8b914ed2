"""`iqs-tui doctor`: what stands in the way of the kiosk working here, and what to do about it."""

import os
import shutil
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from peewee import PeeweeException

from iqs_tui import output
from iqs_tui.clock import utc_now
from iqs_tui.config import Config, Modality, Retention
from iqs_tui.store import node_lock
from iqs_tui.store.database import NewerSchema, open_database, schema_version
from iqs_tui.store.reading.admin import notes
from iqs_tui.store.reading.admin.home import node_state
from iqs_tui.store.reading.admin.pictures import picture_figures
from iqs_tui.store.status import is_listening
from iqs_tui.store.verification import Finding, Level, quick_check

_FREE_WARN_BYTES = 5_000_000_000
_FREE_FAIL_BYTES = 500_000_000
_TIMEOUT_S = 3.0
_SKEW_WARN_S = 30.0
"""More than this, and the cases of kiosks and modalities no longer fall beside each other."""


def examine(config: Config, config_path: Path | None) -> Iterator[Finding]:
    """Yield the findings, in the order in which one rests on the other."""
    yield Finding("ok", "config", f"{config_path or 'the embedded default'}, room {config.own_room.label}")
    yield _modalities(config)
    yield from _retention(config.retention)
    yield from _database(config)
    yield _disk(config.database_path)
    yield from _node(config)
    for modality in config.modalities:
        if modality.port:
            yield _peer(modality)
    if config.pacs.host:
        yield _answers(config.pacs.ae_title, config.pacs.host, config.pacs.port)
    yield from _central(config)
    yield from _clock(config)
    yield from _terminal()


def _modalities(config: Config) -> Finding:
    if config.modalities:
        return Finding("ok", "modalities", f"{len(config.modalities)} registered")
    advice = "register them under [[modalities]] in the config"
    if config.listener.strict:
        return Finding("fail", "modalities", "strict, and none is registered: every sender is refused", advice)
    return Finding("warn", "modalities", "none is registered: every sender is listed as unknown", advice)


def _retention(kept: Retention) -> Iterator[Finding]:
    """Yield what does not fit together: a reject rate needs both the rejects and what they are a share of."""
    if kept.answered_days != kept.received_days:
        what = f"exposures are kept {kept.received_days} days, the answers on them {kept.answered_days}"
        advice = "make them the same: where only one of the two is left, a reject rate says nothing"
        yield Finding("warn", "retention", what, advice)
    if kept.reject_preview_days > kept.received_days:
        what = f"pictures of rejects go after {kept.received_days} days, with their headers"
        yield Finding("warn", "retention", what, "make received_days at least reject_preview_days")


def _database(config: Config) -> Iterator[Finding]:
    path = config.database_path
    if not path.is_file():
        yield Finding("warn", "database", f"{path} is not there yet", "it is made when the kiosk or the node starts")
        yield from _writable(path.parent)
        return
    damage = quick_check(path)
    if damage is not None:
        yield Finding("fail", "database", f"{path}: {damage}", "run iqs-tui db verify, and put a backup back")
        return
    try:
        open_database(path)
    except (PeeweeException, NewerSchema) as error:
        yield Finding("fail", "database", f"{path}: {error}", "run iqs-tui db migrate with the newest version")
        return
    yield Finding("ok", "database", f"{path}, schema {schema_version()}, quick check passed")
    yield from _writable(path)
    yield from _pictures(config)
    yield from _notes(config)


def _writable(path: Path) -> Iterator[Finding]:
    path = _nearest(path)
    if not os.access(path, os.W_OK):
        yield Finding("fail", "database", f"{path} cannot be written", "give this user the right to write there")


def _nearest(path: Path) -> Path:
    """Return the path, or the first folder above it that is there."""
    return next(each for each in (path, *path.absolute().parents) if each.exists())


def _disk(path: Path) -> Finding:
    folder = _nearest(path.parent)
    free = shutil.disk_usage(folder).free
    level: Level = "fail" if free < _FREE_FAIL_BYTES else "warn" if free < _FREE_WARN_BYTES else "ok"
    advice = "" if level == "ok" else "make room, or shorten [retention] in the config"
    return Finding(level, "disk", f"{free / 1e9:.1f} GB free at {folder}", advice)


def _pictures(config: Config) -> Iterator[Finding]:
    """What is kept of pixels, and for how long."""
    found, kept = picture_figures(), config.retention
    what = f"{found.n_made}, {found.made_bytes / 1e6:.0f} MB"
    if found.oldest_at is not None:
        what += f", since {found.oldest_at.astimezone(config.site.zone):%Y-%m-%d}"
    what += f"; kept {kept.preview_days} days, {kept.reject_preview_days} where rejected; {found.n_waiting} wait"
    if found.n_failed:
        yield Finding("warn", "pictures", f"{what}, {found.n_failed} failed", "see the log for why")
    else:
        yield Finding("ok", "pictures", what)
    rooms = ", ".join(room.label for room in config.rooms if room.retakes.keep_objects) or "no room"
    size = f"{found.n_objects}, {found.object_bytes / 1e6:.0f} MB"
    yield Finding("ok", "objects", f"{size}; kept {kept.object_days} days where rejected, in {rooms}")


def _notes(config: Config) -> Iterator[Finding]:
    """Rejection notes of ours, where a room has them written."""
    if not any(room.retakes.write_notes for room in config.rooms):
        return
    found = notes.counts()
    what = f"{found.n_sent} sent, {found.n_waiting} wait"
    if found.n_failed:
        advice = "see why in iqs-tui admin (n), and offer them again there"
        yield Finding("warn", "notes", f"{what}, {found.n_failed} given up", advice)
    else:
        yield Finding("ok", "notes", what)


def _node(config: Config) -> Iterator[Finding]:
    if not node_lock.is_running(config.database_path):
        yield Finding("warn", "node", "does not run", "a kiosk starts one; on a server, start iqs-tui node")
        yield _port(config)
        return
    node = node_state()
    if is_listening(node, utc_now()):
        yield Finding("ok", "node", f"listens as {node.ae_title} on port {node.port}")
    else:
        what = node.error or f"last heard of at {node.beat_at or 'no time'}"
        yield Finding("fail", "node", f"runs, but does not listen: {what}", "stop it and start it again; see its log")


def _port(config: Config) -> Finding:
    host, port = config.listener.host, config.listener.port
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            advice = "choose a port above 1023 under [listener], or give the right CAP_NET_BIND_SERVICE"
            return Finding("fail", "port", f"{host}:{port} may not be used by this user", advice)
        except OSError as error:
            advice = "end the program that has it, or choose another under [listener]"
            return Finding("fail", "port", f"{host}:{port} cannot be used: {error.strerror}", advice)
    return Finding("ok", "port", f"{host}:{port} is free")


def _peer(modality: Modality) -> Finding:
    name = f"{modality.ae_title} ({modality.room})"
    if not modality.host:
        return Finding("warn", "peer", f"{name}: has a port but no host", "fill in host under [[modalities]]")
    return _answers(name, modality.host, modality.port)


def _answers(name: str, host: str, port: int) -> Finding:
    try:
        socket.create_connection((host, port), _TIMEOUT_S).close()
    except OSError as error:
        advice = "is it switched on? check host, port and the firewall; then try C-ECHO in iqs-tui admin"
        return Finding("warn", "peer", f"{name}: {host}:{port}: {error}", advice)
    return Finding("ok", "peer", f"{name}: {host}:{port} answers")


def _central(config: Config) -> Iterator[Finding]:
    url = config.central.url
    if not url:
        yield Finding("ok", "central", "none: this kiosk stands alone")
        return
    told, reason = _date_at(url)
    if reason:
        yield Finding("warn", "central", f"{url}: {reason}", "events wait here until it answers; check url and network")
        return
    yield Finding("ok", "central", f"{urlsplit(url).netloc} answers")
    if told is None:
        return
    skew = (utc_now() - told).total_seconds()
    if abs(skew) > _SKEW_WARN_S:
        yield Finding(
            "warn", "clock", f"{skew:+.0f} s from the central server's", "let this machine follow a time server"
        )
    else:
        yield Finding("ok", "clock", f"within {_SKEW_WARN_S:.0f} s of the central server's")


def _date_at(url: str) -> tuple[datetime | None, str | None]:
    """Return the server's clock, or why it does not answer; any HTTP status is an answer."""
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310 (the config allows http and https only)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # as sync does: no proxy of the environment
    try:
        with direct.open(request, timeout=_TIMEOUT_S) as reply:
            date = reply.headers.get("Date")
    except urllib.error.HTTPError as error:
        date = error.headers.get("Date")
    except (OSError, ValueError) as error:
        return None, str(getattr(error, "reason", error))
    try:
        return (parsedate_to_datetime(date).astimezone(UTC) if date else None), None
    except ValueError:
        return None, None


def _clock(config: Config) -> Iterator[Finding]:
    local = utc_now().astimezone(config.site.zone)
    yield Finding("ok", "time zone", f"{config.site.timezone}, now {local:%Y-%m-%d %H:%M %z}")
    is_synchronised = output.clock_synchronised()
    if is_synchronised is False:
        yield Finding("warn", "clock", "does not follow a time server", "timedatectl set-ntp true")
    elif is_synchronised:
        yield Finding("ok", "clock", "follows a time server")


def _terminal() -> Iterator[Finding]:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding == "utf8":
        yield Finding("ok", "terminal", "UTF-8")
    else:
        yield Finding(
            "warn", "terminal", f"{encoding or 'no'} encoding", "set LANG=C.UTF-8, or the words come out wrong"
        )
    if not sys.stdout.isatty():
        yield Finding("ok", "terminal", "this is none: size and colours were not looked at")
        return
    columns, lines = shutil.get_terminal_size()
    if columns < 80 or lines < 24:
        yield Finding("warn", "terminal", f"{columns}×{lines}", "the kiosk needs 80×24, and shines at 120×36")
    else:
        yield Finding("ok", "terminal", f"{columns}×{lines}")
    yield _colours()


def _colours() -> Finding:
    term = os.environ.get("TERM", "")
    if os.environ.get("COLORTERM") in {"truecolor", "24bit"} or "256color" in term or "direct" in term:
        return Finding("ok", "terminal", f"{term}: enough colours for the themes dark and light")
    return Finding("warn", "terminal", f"{term or 'no TERM'}: few colours", 'set theme = "vt" under [kiosk]')
