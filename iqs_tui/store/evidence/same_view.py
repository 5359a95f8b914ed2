"""The same view again in one study, as signals (`domain.same_view` decides)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from iqs_tui.domain.cases import SAME_VIEW, Signal, signal_id
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.domain.same_view import PROJECTION, Repeat, SeenView, repeats
from iqs_tui.store.evidence import habits, moved
from iqs_tui.store.evidence.study_rows import StudyRows
from iqs_tui.store.models import Exposure, Instance
from iqs_tui.store.signals import is_kept
from iqs_tui.store.views import view_table


def signals(study: StudyRows, rules: RetakeRules, now: datetime) -> list[Signal]:
    """Return a question for every exposure whose view was made again."""
    found = []
    for repeat in _repeats(study, rules):
        row = study.exposures[repeat.earlier]
        habit = habits.habit(row.protocol, row.view, rules.same_view.silent_after, now)
        name = signal_id(SAME_VIEW, repeat.later, repeat.earlier)
        if habit.is_silent and not is_kept(name):  # what was asked before stays, with its answer
            continue
        found.append(
            Signal(
                signal_id=name,
                kind=SAME_VIEW,
                source_uid=repeat.later,
                study_uid=study.study_uid,
                exposure_uid=repeat.earlier,
                at=now,
                about={
                    "earlier": repeat.earlier,
                    "later": repeat.later,
                    "gap_s": round(repeat.gap.total_seconds(), 1),
                    "likely": habit.likely or repeat.likely,
                },
            )
        )
    return found


def _repeats(study: StudyRows, rules: RetakeRules) -> list[Repeat]:
    """Return the repeats of a study; whether one was moved from another study is only looked up where there are any."""
    seen = _seen(study)
    found = repeats(seen, rules.same_view, view_table())
    if found:
        away = moved.moved(study)
        seen = [replace(each, is_moved=each.exposure_uid in away) for each in seen]
        found = repeats(seen, rules.same_view, view_table()) if away else found
    return found


def _seen(study: StudyRows) -> list[SeenView]:
    """Return the exposures of which an image came, each with what its images say together.

    Angiography and fluoroscopy, of which hundreds come, have no views: where there is nothing else, nothing is read.
    """
    if study.modalities.isdisjoint(PROJECTION):
        return []
    images: dict[str, list[Instance]] = {}
    stitched: set[str] = set()
    for image in study.images:
        uid = study.exposure_of(image)
        images.setdefault(uid, []).append(image)
        if len(image.source_events or ()) > 1:
            stitched |= {uid, *image.source_events}
    return [_view(study.exposures[uid], its, uid in stitched) for uid, its in images.items() if uid in study.exposures]


def _view(row: Exposure, images: list[Instance], is_stitched: bool) -> SeenView:
    """Return an exposure as the rule looks at it.

    Its names are those of its images, since a report may tell of the one exposure of a study and not (yet) of another.
    """
    said = row.image_facts or {}
    return SeenView(
        exposure_uid=row.exposure_uid,
        acquired_at=row.acquired_at,
        modality=row.modality,
        **{
            name: said.get(name) or getattr(row, name)
            for name in ("body_part", "view", "laterality", "procedure", "protocol")
        },
        region_code=_first(image.anatomic_region_code for image in images),
        view_code=_first(image.view_code for image in images),
        view_modifier=_first(image.view_modifier_code for image in images),
        protocol_code=_first(image.protocol_code for image in images),
        processing=_first(image.processing_description for image in images),
        series=_first(image.series_description for image in images),
        image_type=" ".join(sorted(image.image_type or "" for image in images)),
        sop_classes=frozenset(image.sop_class_uid for image in images),
        kvp=row.kvp,
        mas=row.mas,
        is_derived=row.is_derived,
        is_quality_control=row.is_quality_control,
        is_stitched=is_stitched,
    )


def _first(values: Iterable[str | None]) -> str | None:
    """Return the first in the alphabet: of the images of one exposure some may lack a field, in any order."""
    return min((value for value in values if value), default=None)
