"""Holds the cases of a node against the truth.

The definitions, plainly:

- *reject case*: a case that counts as a reject once answered, and is no mere question.
- *recall of rejects*: of all exposures that were truly rejected, the share that has a reject case.
- *precision of reject cases*: of all reject cases, the share whose exposure was truly rejected.
- *prompt*: a case that stood open, so that somebody was asked. A note that brings its reason prompts nobody.
- *recall of retakes*: of all exposures truly rejected or truly made again, the share about which there is any case.
- *precision of prompts*: of all prompts, the share about an exposure that was rejected, made again or misfiled. A
  question about a lawful second exposure counts against it, although it never counts as a reject.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from iqs_tui.domain.cases import CONFIDENCE, CT_OVERLAP, NO_IMAGE, RDSR_FLAG, REJECTION_NOTE, RULE, SAME_VIEW
from iqs_tui.store.models import Case
from tests.benchmarks.year.department import ROOMS
from tests.benchmarks.year.feeding import Asked, Node, exposure_of, read_all, settings
from tests.benchmarks.year.quick import quick
from tests.benchmarks.year.records import Facts
from tests.benchmarks.year.story import RoomStory

IMAGES = frozenset({"image"})
SETS = {
    "notes": (IMAGES | {"note"}, frozenset({REJECTION_NOTE})),
    "RDSR": (IMAGES | {"report"}, frozenset({RDSR_FLAG, NO_IMAGE})),
    "images": (IMAGES, frozenset({RULE, SAME_VIEW, CT_OVERLAP})),
    "all": (IMAGES | {"note", "report", "step begun", "step ended"}, frozenset(CONFIDENCE)),
}
"""What the node is sent, and the kinds of signal that count."""

OF_ONE_EXPOSURE = frozenset(
    {
        *("asked for once more", "image came late", "image never came", "larger than the detector"),
        *("moved study", "reprocessed", "sent twice"),
    }
)
"""Where one of these is true of an exposure, it explains a prompt sooner than what its whole examination was."""


@dataclass(slots=True)
class Tally:
    """Counts of one signal set; they add up over rooms and months."""

    n: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    """Lawful exposures by why they look like a retake."""
    prompts_by_kind: Counter[str] = field(default_factory=Counter)
    """Prompts about them."""

    def __iadd__(self, other: "Tally") -> "Tally":
        self.n += other.n
        self.kinds += other.kinds
        self.prompts_by_kind += other.prompts_by_kind
        return self


def tallies(room_id: str, seed: str, first: date, last: date, sets: Iterable[str] = SETS) -> dict[str, Tally]:
    """Simulate a room between two days, once, and let a node of every signal set live through it."""
    room = next(room for room in ROOMS if room.id == room_id)
    messages, facts = RoomStory(room, seed, first, last).tell()
    found = {}
    with TemporaryDirectory(dir=_memory()) as name, quick():
        folder = Path(name)
        config = settings(folder)
        heard = read_all(messages, config)
        lived: dict[frozenset[str], tuple[list[Case], list[Asked]]] = {}
        for set_name in sets:
            sent, kinds = SETS[set_name]
            came = sent & {each.what for each in heard}
            if came not in lived:  # a room without notes lives the same life with and without them
                node = Node(folder / f"{set_name}.db", config, facts)
                lived[came] = node.live([each for each in heard if each.what in came]), list(node.asked.values())
            found[set_name] = _count(*lived[came], facts, kinds)
    return found


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _count(cases: Iterable[Case], asked: Iterable[Asked], facts: Facts, kinds: frozenset[str]) -> Tally:
    truth = facts.stage.truth
    clinical = [uid for uid in truth.exposure_uids if uid not in facts.tests | facts.fluoroscopy]
    wrong = truth.rejects.keys() | truth.repeats.keys()
    tally = Tally()
    tally.n.update(
        exposures=len(clinical), rejects=len(truth.rejects), retakes=len(wrong), untold=len(facts.untold), prompts=0
    )
    for uid in truth.exposure_uids:
        if uid not in wrong:
            tally.kinds.update(facts.kinds.get(uid, ()))
    _count_cases([case for case in cases if kinds & set(case.signals)], facts, tally)
    _count_prompts([each for each in asked if kinds & each.signals], facts, tally)
    return tally


def _count_cases(cases: list[Case], facts: Facts, tally: Tally) -> None:
    truth = facts.stage.truth
    found = [(case, exposure_of(case.exposure_uid, case.instance_uids, facts)) for case in cases]
    rejected = [uid for case, uid in found if case.counts_as == "reject" and not case.is_question]
    wrong = truth.rejects.keys() | truth.repeats.keys()
    spare = Counter(facts.n_untold_by_study)
    by_study = sum(_by_study(case.study_uid, spare) for case, uid in found if uid is None)
    tally.n.update(
        reject_cases=len(rejected),
        reject_cases_right=sum(uid in truth.rejects for uid in rejected),
        rejects_found=len({uid for uid in rejected if uid in truth.rejects}),
        retakes_found=len({uid for _, uid in found if uid in wrong}) + by_study,
        cases_twice=len(found) - len({uid or case.case_id for case, uid in found}),
    )


def _count_prompts(asked: list[Asked], facts: Facts, tally: Tally) -> None:
    truth = facts.stage.truth
    due = truth.rejects.keys() | truth.repeats.keys() | truth.misidentified
    spare = Counter(facts.n_untold_by_study)
    for prompt in asked:
        uid = exposure_of(prompt.exposure_uid, prompt.instance_uids, facts)
        is_right = uid in due if uid else _by_study(prompt.study_uid, spare)
        tally.n.update(prompts=1, prompts_right=is_right, questions=prompt.is_question)
        if not is_right:
            kinds = facts.kinds.get(uid or "") or {"an ordinary exposure" if uid else "a count that was wrong"}
            tally.prompts_by_kind.update(kinds & OF_ONE_EXPOSURE or kinds)


def _by_study(study_uid: str | None, spare: Counter[str]) -> bool:
    """Say whether a case that names no exposure is about one of its study that left no image, each once."""
    if study_uid is None or spare[study_uid] <= 0:
        return False
    spare[study_uid] -= 1
    return True
