"""`iqs-tui report`: the month in numbers, each with what it rests on. Markdown."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from iqs_tui.clock import utc_now
from iqs_tui.config import Config
from iqs_tui.domain.dose import SHOWN_IN
from iqs_tui.domain.months import Month
from iqs_tui.domain.rates import MIN_FOR_RATE, wilson
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
    yield _rate(found)
    yield ""
    yield t("report.denominator", n=found.denominator, received=found.n_exposures, unseen=found.n_unseen)
    yield t("report.reported", n=found.n_reported, of=found.n_exposures, qc=found.n_quality_control)
    if not found.n_raised:
        yield t("report.no_cases")
        return
    answers = {
        "answered": found.n_answered,
        "raised": found.n_raised,
        "share": _percent(found.n_answered, found.n_raised),
    }
    yield t("report.coverage", **answers, open=found.n_open, expired=found.n_expired)
    yield t("report.other_answers", repeated=found.n_repeated, dismissed=found.n_dismissed)
    if found.reasons:
        yield ""
        yield from _table((t("report.reason"), "n"), [(words, str(n)) for words, n in found.reasons])


def _rate(found: reading.Rejects) -> str:
    if found.denominator == 0:
        return t("report.no_exposures")
    counts = {"n": found.n_rejected, "of": found.denominator}
    if found.denominator < MIN_FOR_RATE:
        return t("report.rate_too_few", **counts, minimum=MIN_FOR_RATE)
    low, high = wilson(found.n_rejected, found.denominator)
    share = _percent(found.n_rejected, found.denominator)
    return t("report.rate", **counts, share=share, low=_decimal(100 * low), high=_decimal(100 * high))


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
