"""Studies as real rooms send them, message by message: what a test sends in any order and more than once."""

from dataclasses import replace
from datetime import timedelta

from iqs_tui.domain.exposures import exposure_uid_of
from iqs_tui.domain.records import Device, DoseReport, ExposureFacts, Instance, IrradiationEvent, ProcedureStep, Sender
from iqs_tui.domain.room_rules import Mark
from tests.store.records import BUCKY, NOON, SENDER, image, note, report

Message = tuple[object, Sender]

PACS = Sender(ae_title="PACS", host="10.0.0.99", room="kamer-99")
CONSOLE = Device(manufacturer="Other", model="Dose Console", station_name="WS1", software_versions="4")
CT = Device(manufacturer="Acme", model="Spiral", device_serial="CT-7", station_name="CT1")
CT_CONSOLE = Device(manufacturer="Acme", model="Spiral Console", station_name="CTAWP1")
PET = Device(manufacturer="Acme", model="Ring", device_serial="PT-1", station_name="PT1")
SISTER = replace(BUCKY, device_serial="9999", station_name="DX2")
LAB = Device(manufacturer="Beta", model="Artery", device_serial="XA-3", station_name="XA1")
AT_CT = Sender(ae_title="CT1", host="10.0.0.2", room="kamer-2", modality="CT")
AT_PET = Sender(ae_title="PT1", host="10.0.0.3", room="kamer-3")
AT_SISTER = Sender(ae_title="DX2", host="10.0.0.4", room="kamer-4", modality="DX")
AT_LAB = Sender(ae_title="XA1", host="10.0.0.5", room="kamer-5", modality="XA")
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
OLD_ROOM, OLD_AE = Device(station_name="OLD1", ae_title="OLD"), Device(ae_title="OLD")
MPPS = Sender(ae_title="DX1", host="10.0.0.1", room="kamer-1", modality="DX")


def slices(first: int, exposure: int, n: int, **changes: object) -> list[Message]:
    """Return n slices of one acquisition of the CT; `ctdivol_mgy` rises by a tenth each."""
    said = {"dap_gym2": None, "view": None, "procedure": "CT abdomen", "protocol": "Abdomen PV"}
    return [
        (
            replace(
                image(
                    first + number,
                    exposure,
                    minutes=exposure + number / 60,
                    modality="CT",
                    ctdivol_mgy=6 + number / 10,
                    **said,
                ),
                device=CT,
                instance_number=number,
                series_uid=f"1.2.8.{exposure}",
                **changes,
            ),
            AT_CT,
        )
        for number in range(n)
    ]


def unnamed(record: Instance) -> Instance:
    """Return an image without an Irradiation Event UID: the exposure's name is our own."""
    name = exposure_uid_of(
        irradiation_event_uid=None,
        study_uid=record.study_uid,
        series_uid=record.series_uid,
        sop_instance_uid=record.sop_instance_uid,
        device_key=record.device.key,
        modality=record.modality,
        acquired_at=record.facts.acquired_at,
        acquisition_number=record.acquisition_number,
    )
    return replace(record, exposure_uid=name)


def ct_report(number: int, *events: int, dlp: float, device: Device = CT_CONSOLE, **changes: object) -> DoseReport:
    """Return dose report `number` of the CT, with the DLP of each event, and their total."""
    return replace(
        report(number, dlp=dlp),
        device=device,
        modality="CT",
        events=tuple(
            IrradiationEvent(
                exposure_uid=f"1.2.5.{event}",
                facts=ExposureFacts(
                    acquired_at=NOON + timedelta(minutes=event, seconds=number),
                    event_type="Spiral Acquisition",
                    ctdivol_mgy=7.1 + event,
                    dlp_mgycm=100.1 * event,
                ),
            )
            for event in events
        ),
        **changes,
    )


def _report_from_a_console() -> list[Message]:
    told = replace(report(1, 1, 2, 3, dap=25e-6), device=CONSOLE, age_years=55.0, weight_kg=80.0, procedure="Thorax 2R")
    return [
        (replace(image(1, 1), age_years=56.0), SENDER),
        (image(2, 2, minutes=2, view="LAT", dap_gym2=None), SENDER),
        (replace(image(3, 2, minutes=2, dap_gym2=None), device=CONSOLE, is_derived=True), PACS),
        (told, PACS),
        (replace(told, sop_instance_uid="1.2.6.11", device=replace(CONSOLE, station_name="WS2")), PACS),
        (note(1, 2), SENDER),
    ]


def _cumulative_ct_with_a_capture() -> list[Message]:
    screen = ct_report(9, 71, 72, dlp=333.3, device=Device(manufacturer="Acme", model="Spiral"), sop_class_uid=CAPTURE)
    return [
        *slices(100, 1, 4),
        *slices(200, 2, 3),
        *slices(204, 2, 2, age_years=61.0, weight_kg=74.0),
        (ct_report(1, 1, dlp=100.1), AT_CT),
        (ct_report(2, 1, 2, dlp=300.3), AT_CT),
        (ct_report(3, 1, 2, 3, dlp=600.6, fluoro_time_total_s=2.5), PACS),
        (screen, AT_CT),
        (replace(image(900, 9, modality="CT", minutes=9), device=CONSOLE, is_derived=True), PACS),
    ]


def _pet_ct_with_captures_only() -> list[Message]:
    nameless = [(unnamed(record), sender) for record, sender in slices(300, 1, 3)]
    pet = [
        (replace(image(400 + n, 40, modality="PT", dap_gym2=None), device=PET, series_uid="1.2.8.40"), AT_PET)
        for n in range(2)
    ]
    screens = [
        ct_report(1, 71, dlp=100.1, sop_class_uid=CAPTURE),
        ct_report(2, 71, 72, dlp=300.3, sop_class_uid=CAPTURE, dlp_total_mgycm=None),
    ]
    return [*nameless, *pet, *((screen, PACS) for screen in screens)]


def _pair_of_which_one_is_named() -> list[Message]:
    processing = replace(image(1, 1, modality="MG", dap_gym2=None, agd_mgy=1.3, view="CC"), series_uid="1.2.8.1")
    presentation = replace(processing, sop_instance_uid="1.2.3.2", series_uid="1.2.8.2", exposure_uid="")
    second = unnamed(image(3, 2, minutes=3, modality="MG", dap_gym2=None, agd_mgy=1.1, view="MLO"))
    told = replace(report(1, 1, 2), device=CONSOLE, modality="MG", agd_total_mgy=2.5)
    first, other = (replace(event, facts=replace(event.facts, dap_gym2=None, agd_mgy=1.25)) for event in told.events)
    named = replace(told, events=(first, replace(other, acquired_image_uids=("1.2.3.3",))))
    return [
        (processing, SENDER),
        (unnamed(presentation), SENDER),
        (second, SENDER),
        (named, PACS),
        (note(1, 2, reason="111207"), SENDER),
        (note(2, 3), SENDER),
        (image(4, 4, modality="MG", minutes=3.5, view="CC", dap_gym2=None, agd_mgy=130.0), SENDER),
    ]


def _two_events_at_one_moment() -> list[Message]:
    return [
        (image(1, 2, kvp=80.0), SENDER),
        (image(2, 1, kvp=70.0), SENDER),
        (unnamed(image(3, 0, kvp=90.0)), SENDER),
    ]


def _steps_only() -> list[Message]:
    step = ProcedureStep(
        step_uid="1.1.1",
        device=Device(station_name="DX1", ae_title="DX1"),
        status="COMPLETED",
        study_uid="1.2.9",
        modality="CR",
        procedure="Bekken",
        started_at=NOON,
        ended_at=NOON + timedelta(minutes=9),
        dap_total_gym2=3e-4,
        fluoro_time_total_s=12.0,
    )
    return [
        (step, MPPS),
        (replace(step, step_uid="1.1.2", dap_total_gym2=1e-4, fluoro_time_total_s=None), MPPS),
        (image(1, 1, modality="CR", dap_gym2=None), SENDER),
        (image(2, 2, modality="CR", dap_gym2=None, minutes=4, view="LAT"), SENDER),
        (replace(step, step_uid="1.1.3", study_uid="1.2.99", device=Device(ae_title="OLD")), MPPS),
        (replace(step, step_uid="1.1.4", study_uid="1.2.99", status="IN PROGRESS"), MPPS),
        (ProcedureStep(step_uid="1.1.5", device=OLD_ROOM, status="IN PROGRESS", study_uid="1.2.98"), MPPS),
        (ProcedureStep(step_uid="1.1.5", device=OLD_AE, status="COMPLETED", dap_total_gym2=5e-4), MPPS),
    ]


def _step_and_report() -> list[Message]:
    ct = [(replace(record, study_uid="1.2.9"), sender) for record, sender in slices(100, 1, 2)]
    step = ProcedureStep(
        step_uid="1.1.1",
        device=Device(ae_title="DX1"),
        status="COMPLETED",
        study_uid="1.2.9",
        dap_total_gym2=3e-4,
        image_uids=("1.2.3.1",),
    )
    return [
        *ct,
        (image(1, 11), SENDER),
        (step, MPPS),
        (replace(step, step_uid="1.1.2", image_uids=()), MPPS),
        (replace(report(1, 11, 12, dap=2e-5), device=CONSOLE), PACS),
    ]


def _two_rooms() -> list[Message]:
    sister = replace(report(2, 21, 22, dap=9e-6), device=SISTER, age_years=40.0)
    return [
        (image(1, 1), SENDER),
        (report(1, 1, 2, dap=17e-6), SENDER),
        *slices(100, 5, 2),
        (ct_report(3, 5, dlp=500.5), AT_CT),
        (sister, AT_SISTER),
        (replace(image(2, 21, minutes=30), device=SISTER, weight_kg=70.0), AT_SISTER),
        (note(1, 1), SENDER),
    ]


def _continued_angiography() -> list[Message]:
    def told(number: int, *events: int, dap: float) -> DoseReport:
        return replace(report(number, *events, dap=dap), device=LAB, modality="RF", dose_rp_total_gy=dap * 100)

    return [
        (told(1, 1, 2, dap=1.7e-5), AT_LAB),
        (told(2, 3, dap=0.9e-5), AT_LAB),
        (replace(told(3, 3, dap=0.9e-5), device=CONSOLE, modality="XA"), PACS),
        (replace(image(1, 1, minutes=1, modality="XA", dap_gym2=1e-3), device=LAB), AT_LAB),
        (replace(image(2, 3, minutes=5, modality="XA", dap_gym2=2e-3), device=CONSOLE, is_derived=True), PACS),
        (unnamed(replace(image(4, 0, minutes=7, modality="XA"), device=LAB)), AT_LAB),
    ]


def _report_of_another_study() -> list[Message]:
    split = replace(report(1, 1, 2, dap=17e-6), study_uid="1.2.77", device=CONSOLE)
    return [
        (image(1, 1), SENDER),
        (split, PACS),
        (replace(report(2, 2, 3, dap=17e-6), device=CONSOLE), PACS),
        (replace(image(2, 1, dap_gym2=9e-6), study_uid="1.2.78", device=replace(BUCKY, station_name="DX1B")), PACS),
    ]


def _mixed() -> list[Message]:
    records = (
        image(1, 1, view=None, dap_gym2=None, modality="CR"),
        image(2, 1, modality="CR"),
        replace(image(3, 1, dap_gym2=None), is_derived=True),
        image(4, 2, minutes=3, modality="DX"),
        image(5, 3, minutes=6, dap_gym2=None),
        replace(image(6, 3, minutes=6, dap_gym2=None), is_quality_control=True),
        replace(image(7, 4, minutes=9, dap_gym2=None, view="LAT"), is_derived=True),
        image(8, 5, minutes=12, dap_gym2=None, view=None, protocol=None),
        image(9, 6, minutes=40, dap_gym2=1.35e-3),
        report(1, 1),
        report(2, 1, 2, 4, dap=24e-6),
        replace(report(3, 6, dap=8e-6), modality="RF"),
        note(1, 4),
    )
    return [(record, SENDER) for record in records]


def _no_report() -> list[Message]:
    """Doses whose sum, added up in the order of arrival, is not the same number in every order."""
    doses = (0.1e-6, 0.2e-6, 0.3e-6, 0.7e-6, 12.9e-6)
    return [(image(n, n, minutes=20 * n, dap_gym2=dose), SENDER) for n, dose in enumerate(doses, 1)]


def _deleted_at_the_console() -> list[Message]:
    """A cumulative report of four exposures, one of them in the report of another station too; two images came."""
    stitched = replace(image(4, 4, minutes=4), source_event_uids=("1.2.5.4", "1.2.5.5"))
    return [
        (image(1, 1, minutes=1), SENDER),
        (image(3, 3, minutes=3, view="LAT"), SENDER),
        (stitched, SENDER),
        (report(1, 1, 2), SENDER),
        (report(2, 1, 2, 3, 4, 5), SENDER),
        (replace(report(3, 2, 3), device=CONSOLE), PACS),
        (note(1, 2), SENDER),
    ]


def timed_report(number: int, minutes: dict[int, float], **changes: object) -> DoseReport:
    """Return a report of these events, each so many minutes after noon."""
    record = report(number, *minutes)
    events = tuple(
        replace(event, facts=replace(event.facts, acquired_at=NOON + timedelta(minutes=minute)))
        for event, minute in zip(record.events, minutes.values(), strict=True)
    )
    return replace(record, events=events, **changes)


def _images_without_events() -> list[Message]:
    """Clocks 47 seconds apart; a pair, a derived copy, and an exposure that was deleted between them."""
    shown = {1: 1.12, 3: 4.27, 4: 9.71}
    images = [unnamed(image(n, 0, minutes=minute, view=f"view {n}")) for n, minute in shown.items()]
    pair = replace(images[0], sop_instance_uid="1.2.3.11", series_uid="1.2.8.2")
    copy = unnamed(replace(images[1], sop_instance_uid="1.2.3.13", device=CONSOLE, is_derived=True))
    told = timed_report(1, {n: minute + 47 / 60 for n, minute in (shown | {2: 2.52}).items()})
    return [
        *((record, SENDER) for record in (*images, pair)),
        (copy, PACS),
        (told, SENDER),
        (replace(told, sop_instance_uid="1.2.6.2", events=told.events[:2]), SENDER),
        (note(1, 3), SENDER),
    ]


def _images_without_events_beside_another_machine() -> list[Message]:
    """One machine's clocks are an hour apart; what its two images show cannot be said. The other names some."""
    images = [unnamed(image(n, 0, minutes=2.12 * n)) for n in (1, 2)]
    even = timed_report(1, {n: 60 + 2.12 * n for n in (1, 2, 3)})
    sister = timed_report(2, {21: 1.31, 22: 3.92, 23: 8.13}, device=SISTER)
    named = replace(image(21, 21, minutes=1.01), device=SISTER)
    nameless = unnamed(replace(image(22, 0, minutes=3.62), device=SISTER))
    return [
        *((record, SENDER) for record in (*images, even)),
        *((record, AT_SISTER) for record in (sister, named, nameless)),
        (note(1, 22), SENDER),
    ]


def _shown_by_an_image_of_another_event() -> list[Message]:
    """Two images for processing, each of its own event; their stitched renditions, which come last, show two more.

    The report names the one under both its events, the other names them itself. The last image carries no event.
    """
    first, third = image(1, 1, minutes=1), image(3, 3, minutes=5.3, view="LAT")
    told = timed_report(1, {1: 1, 2: 2.12, 3: 5.3, 4: 6.37, 5: 9.71})
    named = tuple(replace(event, acquired_image_uids=("1.2.3.2",)) for event in told.events[:2])
    return [
        *((record, SENDER) for record in (first, third, unnamed(image(6, 0, minutes=2.13, view="AP")))),
        (replace(told, events=(*named, *told.events[2:])), SENDER),
        (replace(third, sop_instance_uid="1.2.3.4", source_event_uids=("1.2.5.3", "1.2.5.4")), SENDER),
        (replace(first, sop_instance_uid="1.2.3.2"), SENDER),
    ]


def _marked_after_sending() -> list[Message]:
    """A modality marks its images only after they were sent, and sends them again; one turns out to show a phantom."""
    first, second, third = image(1, 1), image(2, 2, minutes=2), image(3, 3, minutes=4)
    deleted, worded = Mark("deleted", "YES", "projection"), Mark("deleted", "YES", "", "Te donker")
    copies = [
        first,
        replace(first, rejected_by=(deleted,)),
        replace(first, rejected_by=(worded, Mark("destination"))),
        second,
        replace(second, is_quality_control=True),
        third,
        replace(third, rejected_by=(worded,), is_quality_control=True),
        image(4, 4, minutes=6),
    ]
    return [(record, SENDER) for record in copies]


def _one_view_many_times() -> list[Message]:
    """Images that fill each other in, a copy, a stitched whole, an exposure moved to another study."""
    bare = {"view": None, "body_part": None, "protocol": None}
    moved = image(5, 5, minutes=8)
    seen = (
        image(1, 1, **bare),
        replace(image(2, 1), view_code="R-10206", processing_description="zacht"),
        replace(image(3, 2, minutes=2), view_code="R-10206", processing_description="zacht"),
        replace(image(4, 3, minutes=4), view_code="R-10206", processing_description="zacht"),
        moved,
        replace(moved, sop_instance_uid="1.2.3.55", study_uid="1.2.99"),
        unnamed(image(6, 0, minutes=10)),
        unnamed(replace(image(7, 0, minutes=10), study_uid="1.2.99")),
        image(8, 8, minutes=10.05),
        replace(image(9, 9, minutes=20), source_event_uids=("1.2.5.3", "1.2.5.10")),
        image(10, 10, minutes=12),
        note(1, 4, title="113038"),
    )
    return [(record, SENDER) for record in seen]


def ranged(record: DoseReport, *ends: tuple[float, float]) -> DoseReport:
    """Return a CT report that also says where its events were scanned."""
    events = tuple(
        replace(event, facts=replace(event.facts, protocol="Abdomen PV", scan_low_mm=low, scan_high_mm=high))
        for event, (low, high) in zip(record.events, ends, strict=True)
    )
    return replace(record, events=events)


def laid(messages: list[Message], low: float, step: float, series: str) -> list[Message]:
    """Return slices that lie at places along the patient, of a series."""
    return [
        (replace(record, slice_mm=low + step * number, series_description=series), sender)
        for number, (record, sender) in enumerate(messages)
    ]


def _scanned_again() -> list[Message]:
    """Of three scans that a cumulative report places the second covers the first; of a fourth it says nothing."""
    ends = ((-300.0, 100.0), (-310.0, 90.0), (200.0, 500.0))
    return [
        (ranged(ct_report(1, 1, dlp=100.1), ends[0]), AT_CT),
        (ranged(ct_report(2, 1, 2, 3, dlp=600.6), *ends), AT_CT),
        *slices(100, 1, 2),
        *slices(200, 2, 2),
        *slices(300, 3, 1),
    ]


def _scanned_again_by_its_slices() -> list[Message]:
    """The report places nothing: where the slices lie says that the second covers the first, and the third does not."""
    return [
        *laid(slices(100, 1, 3), -300, 190, "Abd PV 3.0"),
        *laid(slices(200, 2, 3), -290, 190, "Abd PV 3.0"),
        *laid(slices(300, 3, 2), -300, 380, "Abd laat 3.0"),
        (ct_report(1, 1, 2, 3, dlp=600.6), AT_CT),
    ]


STUDIES: dict[str, list[Message]] = {
    "scanned again": _scanned_again(),
    "scanned again by its slices": _scanned_again_by_its_slices(),
    "mixed": _mixed(),
    "no report": _no_report(),
    "report from a console": _report_from_a_console(),
    "cumulative CT with a capture": _cumulative_ct_with_a_capture(),
    "PET-CT with captures only": _pet_ct_with_captures_only(),
    "pair of which one is named": _pair_of_which_one_is_named(),
    "two events at one moment": _two_events_at_one_moment(),
    "steps only": _steps_only(),
    "step and report": _step_and_report(),
    "two rooms": _two_rooms(),
    "continued angiography": _continued_angiography(),
    "report of another study": _report_of_another_study(),
    "marked after sending": _marked_after_sending(),
    "one view many times": _one_view_many_times(),
    "deleted at the console": _deleted_at_the_console(),
    "shown by an image of another event": _shown_by_an_image_of_another_event(),
    "images without events": _images_without_events(),
    "images without events beside another machine": _images_without_events_beside_another_machine(),
}
