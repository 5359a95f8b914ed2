"""Signals and cases stand with the study of their exposure, whatever study the message that brought them named.

A note may speak of images of several studies, and an exposure may turn out to be of another study than its dose report
said: one exposure is in one study, and so are its signals, or it would be asked about twice.
"""

from collections.abc import Iterable

from iqs_tui.store.models import Case, Exposure, Instance, Signal


def told_of(instance_uid: str) -> frozenset[str]:
    """Return the studies under which signals of an image are kept."""
    rows = Signal.select(Signal.study_uid).where(Signal.instance_uid == instance_uid, Signal.study_uid.is_null(False))
    return frozenset(row.study_uid for row in rows if row.study_uid)


def move(studies: Iterable[str]) -> set[str]:
    """Move signals and cases of these studies to the study of their exposure; return all studies that are concerned."""
    concerned = set(studies)
    for signal in list(Signal.select().where(Signal.study_uid.in_(sorted(concerned)))):
        home = _home(signal)
        if home is not None and home != signal.study_uid:
            concerned.add(home)
            Signal.update(study_uid=home).where(Signal.signal_id == signal.signal_id).execute()
            if signal.case_id:
                Case.update(study_uid=home).where(Case.case_id == signal.case_id).execute()
    return concerned


def _home(signal: Signal) -> str | None:
    exposure_uid = signal.exposure_uid
    if exposure_uid is None and signal.instance_uid:
        of_image = Instance.select(Instance.exposure_uid).where(Instance.sop_instance_uid == signal.instance_uid)
        exposure_uid = of_image.scalar()
    if exposure_uid is None:
        return None
    found = Exposure.select(Exposure.study_uid).where(Exposure.exposure_uid == exposure_uid).scalar()
    return str(found) if found else None
