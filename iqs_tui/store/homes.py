"""Signals and cases stand with the study of their exposure, whatever study the message that brought them named.

A note may speak of images of several studies, and an exposure may turn out to be of another study than its dose report
said: one exposure is in one study, and so are its signals, or it would be asked about twice.
"""

from collections.abc import Iterable
from typing import Any

from peewee import JOIN, chunked, fn

from iqs_tui.store import signals
from iqs_tui.store.database import database
from iqs_tui.store.models import Case, Exposure, Instance, Signal

_STUDIES_ASKED = 500
_TOLD_OF = "SELECT DISTINCT study_uid FROM signal WHERE instance_uid = ? AND study_uid IS NOT NULL"


def told_of(instance_uid: str) -> frozenset[str]:
    """Return the studies under which signals of an image are kept."""
    return frozenset(study_uid for (study_uid,) in database.execute_sql(_TOLD_OF, (instance_uid,)))


def move(studies: Iterable[str]) -> set[str]:
    """Move signals and cases of these studies to the study of their exposure; return all studies that are concerned."""
    concerned = set(studies)
    for some in chunked(sorted(filter(signals.has_any, concerned)), _STUDIES_ASKED):
        for signal_id, case_id, home in _astray(some):
            concerned.add(home)
            Signal.update(study_uid=home).where(Signal.signal_id == signal_id).execute()
            if case_id:
                Case.update(study_uid=home).where(Case.case_id == case_id).execute()
    return concerned


def _astray(studies: list[str]) -> list[tuple[str, str | None, str]]:
    """Return the signals of these studies whose exposure is of another one, each with its case and that study."""
    names_image_only = Signal.exposure_uid.is_null() & (Instance.sop_instance_uid == Signal.instance_uid)
    exposure_uid = fn.COALESCE(Signal.exposure_uid, Instance.exposure_uid)
    rows: Any = (
        Signal.select(Signal.signal_id, Signal.case_id, Exposure.study_uid)
        .join(Instance, JOIN.LEFT_OUTER, on=names_image_only)
        .join_from(Signal, Exposure, on=(Exposure.exposure_uid == exposure_uid))
        .where(Signal.study_uid.in_(studies), Exposure.study_uid != Signal.study_uid)
        .tuples()
    )
    return list(rows)
