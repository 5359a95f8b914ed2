"""The limits of a room, as its settings say."""

from datetime import timedelta

from iqs_tui.config import Config, RejectRule, Room
from iqs_tui.domain.ct_overlap import CtOverlapRules
from iqs_tui.domain.expected_views import Expected
from iqs_tui.domain.no_image import NoImageRules
from iqs_tui.domain.no_patient import NoPatient
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.domain.room_rules import RoomRule, parse_tag
from iqs_tui.domain.same_view import SameViewRules
from iqs_tui.store import reference


def retake_rules(config: Config, room_id: str) -> RetakeRules:
    """Return the limits of a room; a room that is not in the settings has those of `[retakes]`."""
    room = config.room(room_id) or Room(id=room_id)
    general = config.retakes
    return RetakeRules(
        same_view=SameViewRules(
            min_gap=timedelta(seconds=general.same_view_min_seconds),
            max_gap=timedelta(minutes=general.same_view_max_minutes),
            serial_protocols=general.serial_protocols,
            expected=tuple(Expected(about=row.about, view=row.view, n=row.n) for row in general.expected),
            silent_after=general.silent_after,
        ),
        ct_overlap=CtOverlapRules(
            min_overlap=general.overlap_percent / 100,
            max_gap=timedelta(minutes=general.same_view_max_minutes),
            multiphase_protocols=(*reference.ct_multiphase(), *general.ct_multiphase_protocols),
        ),
        no_image=NoImageRules(
            settle=timedelta(minutes=room.retakes.settle_minutes or general.settle_minutes),
            is_on=room.retakes.no_image,
        ),
    )


def room_rules(config: Config, room_id: str) -> tuple[RoomRule, ...]:
    """Return how the modality of a room marks rejected images."""
    room = config.room(room_id)
    return tuple(map(_room_rule, room.retakes.rules)) if room else ()


def no_patient(config: Config) -> NoPatient:
    """Return who and what is no patient at this site."""
    return NoPatient(config.retakes.test_patients, frozenset(config.retakes.service_ae_titles))


def _room_rule(rule: RejectRule) -> RoomRule:
    return RoomRule(
        name=rule.name,
        ae_title=rule.ae_title.strip(),
        creator=rule.creator,
        tag=parse_tag(rule.tag),
        value=rule.value,
        reason_tag=parse_tag(rule.reason_tag),
        reasons=tuple(rule.reasons.items()),
    )
