"""Parts of dose reports, and how to write what pydicom would rather not: text in numbers, bytes of no character set."""

from collections.abc import Iterable

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from iqs_tui.dicom.header import parse_header
from tests.dicom import builders
from tests.dicom.builders import coded, container, num, words

PROJECTION = coded("121058", ("113704", "DCM", "Projection X-Ray"))
CT = coded("121058", ("77477000", "SCT", "Computed Tomography X-Ray"))
MAMMOGRAPHY = coded("121058", ("P5-40010", "SRT", "Mammography"))
FLUOROSCOPY, STATIONARY, STEPPING, ROTATIONAL = "P5-06000", "113611", "113612", "113613"
PLANE_A, PLANE_B, SINGLE_PLANE = "113620", "113621", "113622"


def over_the_wire(report: Dataset) -> Dataset:
    """Return the report as the listener parses it."""
    return parse_header(builders.as_bytes(report), ExplicitVRLittleEndian)


def with_raw(made: Dataset, **values: bytes) -> Dataset:
    """Return the data set with attributes that hold just these bytes, allowed or not."""
    for keyword, value in values.items():
        tag = Tag(tag_for_keyword(keyword))
        padded = value + b" " * (len(value) % 2)
        made[tag] = RawDataElement(tag, dictionary_VR(tag), len(padded), padded, 0, False, True)
    return made


def num_saying(concept: str, value: bytes, unit: str) -> Dataset:
    """Return a NUM item whose Numeric Value holds these bytes: text, a decimal comma, nothing."""
    made = num(concept, "1", unit)
    with_raw(made.MeasuredValueSequence[0], NumericValue=value)
    return made


def event(*items: Dataset, uid: str | None = None, kind: str = STATIONARY, plane: str = SINGLE_PLANE) -> Dataset:
    """Return a projection event with a UID of its own."""
    return builders.projection_event(uid or generate_uid(), *items, plane=plane, kind=kind)


def projection(*items: Dataset, **attributes: object) -> Dataset:
    """Return a projection report."""
    return builders.report(PROJECTION, *items, **attributes)


def ct(events: Iterable[Dataset], *more: Dataset, dlp: object = None, procedure: Dataset | None = CT) -> Dataset:
    """Return a CT report; without a total where `dlp` is None."""
    totals = container("113811", num("113813", dlp, "mGy.cm")) if dlp is not None else container("113811")
    return builders.report(*([procedure] if procedure else []), totals, *events, *more)


def ct_event(*items: Dataset, uid: str | None = None, dose: Iterable[Dataset] = (), kind: str = "P5-08001") -> Dataset:
    """Return a CT event with these parameters and these doses."""
    return container(
        "113819",
        builders.uid_reference(uid or generate_uid()),
        coded("113820", (kind, "SRT", "an acquisition")),
        container("113822", *items),
        container("113829", *dose),
    )


def ct_source(name: str, kv: object, ma: object, mas: object = None) -> Dataset:
    """Return the parameters of one X-ray source."""
    load = [num("113736", mas, "mA.s")] if mas is not None else []
    return container("113831", words("113832", name), num("113733", kv, "kV"), num("113734", ma, "mA"), *load)


def ct_dose(ctdivol: object, dlp: object, dlp_unit: str = "mGy.cm") -> list[Dataset]:
    """Return CTDIvol in the body phantom, and DLP."""
    phantom = coded("113835", ("113691", "DCM", "IEC Body Dosimetry Phantom"))
    return [num("113830", ctdivol, "mGy"), phantom, num("113838", dlp, dlp_unit)]
