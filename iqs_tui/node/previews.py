"""Makes the pictures that wait, newest first and one at a time, each in a process of its own (`dicom.preview`)."""

import logging
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from peewee import PeeweeException

from iqs_tui.clock import utc_now
from iqs_tui.config import Config
from iqs_tui.dicom import preview
from iqs_tui.domain.pictures import CRASH, LOST, TIME, UNREADABLE, Why
from iqs_tui.store import objects, pictures
from iqs_tui.store.database import close_connection

_log = logging.getLogger(__name__)
_LOOK_S = 5.0
"""How often it looks for what waits, without being woken."""
_RECOVER_S = 30.0
_PATIENCE_S = preview.SECONDS + 5
_MOST_BYTES = 4 * 1024**2
"""A picture of 1024 by 1024 noisy pixels is a fifth of it."""
_JPEG = b"\xff\xd8"
_WHY: dict[int, Why] = {
    preview.CANNOT_DECODE: UNREADABLE,
    preview.OUT_OF_MEMORY: CRASH,
    -signal.SIGALRM: TIME,
    -signal.SIGXCPU: TIME,
    -signal.SIGKILL: TIME,
}
"""By how the decoding process ended; in any other way it crashed."""
_ENVIRONMENT = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A picture as the decoding process made it."""

    width: int
    height: int
    data: bytes


class PreviewLoop:
    """A thread of the node: asked for pictures at each image, and never in the way of receiving."""

    def __init__(self, config: Config) -> None:
        self._keeping_rooms = picture_retention(config).keeping_rooms
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._worker: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="previews", daemon=True)

    def start(self) -> None:
        """Clean up what a crash left, and begin; call it before anything is received."""
        try:
            pictures.clean_up(utc_now())
        except (PeeweeException, OSError) as error:
            _log.warning("the folder of objects could not be cleaned up: %s", error)
        self._thread.start()

    def wake(self) -> None:
        """Do not wait for the next look."""
        self._wake.set()

    def stop(self) -> None:
        """End at once; the picture that was being made is made after the next start."""
        self._ended.set()
        self._wake.set()
        if (worker := self._worker) is not None:
            worker.kill()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                if not self._make_next():
                    self._wake.wait(_LOOK_S)
                    self._wake.clear()
            except (PeeweeException, OSError) as error:
                _log.warning("a picture could not be made: %s", error)
                self._ended.wait(_RECOVER_S)
            except Exception:  # noqa: BLE001 (the border of this thread: one image must not end it)
                _log.exception("a picture could not be made")
                self._ended.wait(_RECOVER_S)
        close_connection()

    def _make_next(self) -> bool:
        """Make one picture; return whether there was one to make."""
        waiting = pictures.next_waiting(utc_now())
        if waiting is None:
            return False
        outcome = self._decode(objects.place(waiting.path))
        if self._ended.is_set():
            return False
        if isinstance(outcome, Rendered):
            pictures.made(waiting, outcome.width, outcome.height, outcome.data, utc_now())
        else:
            _log.warning("no picture of %s: %s", waiting.instance_uid, outcome)
            pictures.failed(waiting.instance_uid, outcome, utc_now())
        if waiting.room in self._keeping_rooms:
            objects.settle(waiting.path)
        else:
            pictures.let_go(waiting.instance_uid)
        return True

    def _decode(self, file: Path) -> Rendered | Why:
        try:
            source = file.open("rb")
        except OSError:
            return LOST
        environment = _ENVIRONMENT | {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with source:
            self._worker = worker = subprocess.Popen(
                [sys.executable, "-I", "-m", preview.__name__],
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        patience = threading.Timer(_PATIENCE_S, worker.kill)
        patience.start()
        with worker:
            said = worker.stdout.read(_MOST_BYTES) if worker.stdout else b""
            if len(said) == _MOST_BYTES:
                worker.kill()
        patience.cancel()
        self._worker = None
        return _rendered(said) if worker.returncode == 0 else _WHY.get(worker.returncode, CRASH)


def _rendered(said: bytes) -> Rendered | Why:
    """Read what the decoding process said: it may say anything."""
    head, _, data = said.partition(b"\n")
    sides = head.split()
    is_size = len(sides) == 2 and all(side.isdigit() and 0 < int(side) <= preview.LONGEST_SIDE for side in sides)
    if not is_size or not data.startswith(_JPEG):
        return CRASH
    return Rendered(int(sides[0]), int(sides[1]), data)


def picture_retention(config: Config) -> pictures.PictureRetention:
    """Return how long pictures and objects are kept."""
    kept = config.retention
    return pictures.PictureRetention(
        picture=timedelta(days=kept.preview_days),
        reject_picture=timedelta(days=kept.reject_preview_days),
        object=timedelta(days=kept.object_days),
        undecided=timedelta(hours=config.retakes.expire_hours),
        keeping_rooms=frozenset(room.id for room in config.rooms if room.retakes.keep_objects),
    )
