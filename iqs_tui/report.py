"""`iqs-tui report`: the month in numbers, each with what it rests on. Markdown."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from iqs_tui.clock import utc_now
from iqs_tui.config import Config
from iqs_tui.domain.dose import SHOWN_IN
from iqs_tui.domain.months import Month
from iqs_tui.domain.rates import MIN_FOR_RATE
from iqs_tui.domain.reject_rate import FAMILIES, Rate
from iqs_tui.domain.scanner_evidence import STATES
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading import report as reading
from iqs_tui.store.reading.analysis.groups import Group


def markdown(config: Config, month: Month) -> str:
    """Return the report of a month, in the language in use; the database is open."""
    zone, now = config.site.zone, utc_now()
    start, end = month.start(zone), month.next().start(zone)
    first, last = month.first_day, month.next().first_day - timedelta(days=1)
    lines = [f"# {t('report.title', month=month, site=config.site.name)}", ""]
    until = t("report.so_far", at=f"{now.astimezone(zone):%Y-%m-%d %H:%M}") if now < end else ""
    lines += [t("report.range", first=first, last=last, until=until), ""]
    sections: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
        ("reject", lambda: _rejects(reading.rejects(start, end))),
        ("evaluation", lambda: _scored(reading.scored(start, end))),
        ("dose", lambda: _doses(reading.doses(start, end))),
        ("idle", lambda: _idle(reading.device_times(start, end, now))),
    )
    for pillar, section in sections:
        if any(getattr(room.pillars, pillar) for room in config.rooms):
            lines += [*section(), ""]
    return "\n".join(lines)


def _rejects(found: reading.Rejects) -> Iterator[str]:
    yield f"## {t('report.rejects')}"
    yield ""
    if not found.figure.counts.n_exposures:
        yield t("report.no_exposures")
    for rate in found.figure.rates:
        if rate.n:
            yield _rate(rate)
            yield ""
            source = t(f"report.source_{rate.basis.source}")
            yield t("report.denominator", n=rate.n, family=_family(rate.basis.family), source=source)
    if len(found.figure.rates) > 1:
        yield t("report.mixed")
    yield from _answers(found)
    if found.reasons:
        yield ""
        yield from _table((t("report.reason"), "n"), [(words, str(n)) for words, n in found.reasons])


def _family(name: str | None) -> str:
    if name is None:
        return t("reject.family_unknown")
    return t(f"reject.family_{name}") if name in FAMILIES else name


def _answers(found: reading.Rejects) -> Iterator[str]:
    counts = found.figure.counts
    yield t("report.left_out", unseen=counts.n_unseen, qc=found.n_quality_control)
    asked, questions = counts.asked, counts.questions
    if not asked.n_raised + questions.n_raised:
        yield t("report.no_cases")
        return
    for key, of in (("report.coverage", asked), ("report.questions", questions)):
        if of.n_raised:
            share = _percent(of.n_answered, of.n_raised)
            answers = {"answered": of.n_answered, "raised": of.n_raised, "share": share}
            yield t(key, **answers, open=of.n_open, expired=of.n_expired)
    yield t("report.other_answers", repeated=counts.n_repeats, dismissed=found.n_dismissed)
    if counts.n_identifications:
        yield t("report.misidentified", n=counts.n_identifications)


def _rate(rate: Rate) -> str:
    counts = {"n": rate.k, "of": rate.n}
    if rate.low is None or rate.high is None:
        return t("report.rate_too_few", **counts, minimum=MIN_FOR_RATE)
    low, high = _decimal(100 * rate.low), _decimal(100 * rate.high)
    return t("report.rate", **counts, share=_percent(rate.k, rate.n), low=low, high=high)


def _scored(rounds: tuple[tuple[str, int, int, int], ...]) -> Iterator[str]:
    yield f"## {t('report.scoring')}"
    yield ""
    if not rounds:
        yield t("report.no_rounds")
        return
    heading = tuple(t(f"report.{name}") for name in ("round", "scored", "skipped", "waiting"))
    yield from _table(heading, [(t(f"report.round_{kind}"), *map(str, counts)) for kind, *counts in rounds])


def _doses(groups: tuple[Group, ...]) -> Iterator[str]:
    yield f"## {t('report.doses')}"
    yield ""
    if not groups:
        yield t("report.no_doses")
        return
    yield t("report.dose_note")
    yield ""
    words = [t(f"report.{name}") for name in ("room", "procedure", "view", "age", "quantity")]
    figures = [t(f"report.{name}") for name in ("patients", "median", "mean")]
    yield from _table((*words, "n", *figures, "P25–P75", "DRN", t("report.achievable")), map(_dose_row, groups))


def _dose_row(group: Group) -> tuple[str, ...]:
    found, row = group.statistics, group.drl.row
    band = group.band if group.band[0].isdigit() else t(f"report.band_{group.band}")
    name = " · ".join(part for part in (group.name, group.protocol) if part)
    room = " · ".join(part for part in (group.room, group.device) if part)
    rests_on = (group.quantity, str(found.n), str(group.n_patients))
    shown = (t("report.too_few", minimum=group.needed), "", "")
    if group.n_patients >= group.needed:
        spread = f"{_amount(group, found.p25)}–{_amount(group, found.p75)}"
        median = f"{_amount(group, found.median)} {SHOWN_IN[group.quantity][1]}"
        shown = (median, _amount(group, found.mean), spread)
    levels = (_amount(group, row.drl if row else None), _amount(group, row.achievable if row else None))
    return (room or "–", name or "–", group.view or "–", band, *rests_on, *shown, *levels)


def _amount(group: Group, value: float | None) -> str:
    return "–" if value is None else numbers.significant(value * SHOWN_IN[group.quantity][0])


def _idle(devices: tuple[reading.DeviceTime, ...]) -> Iterator[str]:
    yield f"## {t('report.scanners')}"
    yield ""
    if not devices:
        yield t("report.no_devices")
        return
    yield t("report.idle_note")
    yield ""
    states = tuple(t(f"report.state_{state}") for state in STATES)
    yield from _table((t("report.device"), t("report.room"), *states, t("report.idle_kwh")), map(_idle_row, devices))


def _idle_row(device: reading.DeviceTime) -> tuple[str, ...]:
    hours = (_decimal(device.in_state.get(state, timedelta()).total_seconds() / 3600) for state in STATES)
    energy = "–"
    if device.idle_kwh is not None:
        low, high = device.idle_kwh
        energy = f"{_decimal(low)}–{_decimal(high)} ({t(f'report.tier_{device.tier}')})"
    return (device.name, device.room or "–", *hours, energy)


def _table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heading)} |"
    yield f"|{'|'.join('---' for _ in heading)}|"
    for row in rows:
        yield f"| {' | '.join(_cell(text) for text in row)} |"


def _cell(text: str) -> str:
    """Keep a name from a DICOM header from being read as Markdown or HTML."""
    return "".join(f"\\{c}" if c in "\\|`*_[]<>#" else c for c in text)


def _percent(part: int, whole: int) -> str:
    return _decimal(100 * part / whole)


def _decimal(value: float) -> str:
    return numbers.decimal(value)
