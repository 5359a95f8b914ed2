"""Finds the irradiation event of images that name none, machine by machine (`domain.event_matching` decides)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from statistics import median
from typing import NamedTuple

from iqs_tui.domain.event_matching import Shown, clock_of, match, offset_s
from iqs_tui.domain.records import ExposureFacts
from iqs_tui.store import clocks, exposures, showing
from iqs_tui.store.models import Exposure
from iqs_tui.store.study import Study


class _Machine(NamedTuple):
    """What one machine made of a study, by exposure."""

    unnamed: dict[str, Shown]
    """Images without an event of their own."""
    unshown: dict[str, ExposureFacts]
    """Events without an image."""
    both: list[tuple[ExposureFacts, ExposureFacts]]
    """Events with an image: what the report and what the image says."""
    taken: list[ExposureFacts]

    def told(self) -> Iterable[ExposureFacts]:
        """Return what the reports say of all events."""
        return (*self.taken, *self.unshown.values())


def match_by_time(study: Study, now: datetime) -> None:
    """Add to a study which of its exposures under our own name are events of its reports, and learn its clocks.

    Only what is kept of the study decides, with the clock that other studies taught. What a clock decided teaches none.
    """
    if not study.reports:
        return
    found: dict[str, str] = {}
    for device, made in _by_machine(study).items():
        own = [each for each in (offset_s(*both) for both in made.both) if each is not None]
        clock = clock_of(own)
        if made.unnamed and made.unshown:
            known = clock or clocks.learned(device, besides=study.study_uid)
            matching = match(made.unnamed, made.unshown, known, made.taken)
            found |= matching.sure
            own = own or ([] if matching.offset_s is None else [matching.offset_s])
        told = [each.acquired_at for each in made.told() if each.acquired_at is not None]
        if told:
            offset = median(own) if own and (clock or not made.both) else None
            clocks.learn(device, study.study_uid, max(told), offset, now)
    for uid, event in sorted(found.items()):
        study.same_as[uid] = event
        study.also[event].append(uid)


def _by_machine(study: Study) -> dict[str, _Machine]:
    """Sort the exposures of the machines that dose reports belong to.

    What an earlier match added is left out: what an exposure's own images say is looked at, and those that name it.
    """
    owner = {uid: study.owner[each.sop_instance_uid] for each in study.reports for uid in each.exposure_uids}
    machines: dict[str, _Machine] = defaultdict(lambda: _Machine({}, {}, [], []))
    unshown = {}
    for uid, row in study.exposures.items():
        device = owner.get(uid)
        images = [each for each in map(exposures.own_images, _named(study, row)) if each is not None]
        if device is not None and row.report_facts is not None:
            told = exposures.facts_of(row.report_facts)
            machines[device].both.extend((told, image) for image in images)
            (machines[device].taken.append(told) if images else unshown.update({uid: (device, told)}))
        elif device is None and uid not in study.same_as and _is_unnamed(study, uid):
            shown = Shown(images[0], len(study.origin[uid]["unnamed"]))
            machines[study.origin[uid]["original"][0]].unnamed[uid] = shown
    shown_elsewhere = showing.elsewhere([study.exposures[uid] for uid in unshown], study.study_uid, study.reports)
    for uid, (device, told) in unshown.items():
        if uid in shown_elsewhere:
            machines[device].taken.append(told)
        else:
            machines[device].unshown[uid] = told
    return machines


def _named(study: Study, row: Exposure) -> Iterable[Exposure]:
    yield row
    for uid in study.also.get(row.exposure_uid, ()):
        yield study.exposures[uid]


def _is_unnamed(study: Study, uid: str) -> bool:
    origin = study.origin[uid]
    return "unnamed" in origin and "original" in origin
