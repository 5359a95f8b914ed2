"""What flows through the house: one frozen record per kind of DICOM message.

Made at the door in `dicom/`, written by the node, read by everyone. Times are UTC; an absent value is None, never 0
or an empty string; every text has been through `domain.text.clean_text`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from iqs_tui.domain.room_rules import Mark, RoomRule

NO_DEVICE = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The equipment that made the exposure (PS3.3 C.7.5.1), not the router that sent it."""

    manufacturer: str | None = None
    model: str | None = None
    station_name: str | None = None
    device_serial: str | None = None
    software_versions: str | None = None
    ae_title: str | None = None
    """AE title of the sender: names the device only where nothing better does."""

    @property
    def key(self) -> str:
        """One name for one machine: serial number, else station with maker and model, else the sender's AE title."""
        if self.device_serial:
            return "|".join(part or "" for part in (self.manufacturer, self.model, self.device_serial))
        if self.station_name:
            return "|".join(part or "" for part in (self.manufacturer, self.model, self.station_name))
        return self.ae_title or NO_DEVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureFacts:
    """What one source (image header or dose report) says of one irradiation event.

    Units: kV, mAs, mA, ms, Gy.m2, Gy, mGy, mGy.cm, mm, N, cm. Exposure, target and deviation index as IEC 62494-1.
    """

    acquired_at: datetime | None = None
    procedure: str | None = None
    protocol: str | None = None
    body_part: str | None = None
    view: str | None = None
    laterality: str | None = None
    operator: str | None = None
    kvp: float | None = None
    mas: float | None = None
    exposure_index: float | None = None
    target_exposure_index: float | None = None
    deviation_index: float | None = None
    dap_gym2: float | None = None
    dose_rp_gy: float | None = None
    agd_mgy: float | None = None
    ctdivol_mgy: float | None = None
    dlp_mgycm: float | None = None
    phantom_cm: int | None = None
    event_type: str | None = None
    tube_current_ma: float | None = None
    exposure_time_ms: float | None = None
    source_detector_mm: float | None = None
    """Distance Source to Detector (0018,1110)."""
    grid: str | None = None
    """Grid (0018,1166), or that there was none: "NONE"."""
    exposure_control: str | None = None
    """Exposure Control Mode (0018,7060): AUTOMATIC or MANUAL."""
    thickness_mm: float | None = None
    """Body Part Thickness (0018,11A0): of the compressed breast."""
    compression_n: float | None = None
    ssde_mgy: float | None = None
    """Size specific dose estimate (AAPM TG-204) as reported (113930)."""
    dose_check: str | None = None
    """What the CT's dose check said before the scan (PS3.16 TID 10015): "notification" or "alert"."""
    scan_low_mm: float | None = None
    """The foot end of what a CT acquisition reconstructed, along the patient (PS3.16 TID 10014)."""
    scan_high_mm: float | None = None
    """The head end."""
    detector_id: str | None = None
    """Detector ID (0018,700A): a new one starts a new baseline."""
    software_versions: str | None = None
    """Of the equipment at that moment: an update starts a new baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """The header record of one stored image (design, part 4)."""

    sop_instance_uid: str
    sop_class_uid: str
    study_uid: str
    series_uid: str
    exposure_uid: str
    """Irradiation Event UID (0008,3010), else derived from study, device and acquisition: see `domain.exposures`."""
    device: Device
    facts: ExposureFacts
    modality: str | None = None
    image_type: tuple[str, ...] = ()
    series_number: int | None = None
    instance_number: int | None = None
    acquisition_number: int | None = None
    study_date: date | None = None
    patient_key: str | None = None
    """Keyed hash of Patient ID (0010,0020), prefixed with the key's version: `k1:…`."""
    age_years: float | None = None
    weight_kg: float | None = None
    """Patient's Weight (0010,1030)."""
    length_m: float | None = None
    """Patient's Size (0010,1020)."""
    anatomic_region_code: str | None = None
    view_code: str | None = None
    source_event_uids: tuple[str, ...] = ()
    """Of an image made of several irradiation events (stitched): those (0008,3011)."""
    view_modifier_code: str | None = None
    """View Modifier Code Sequence (0054,0222); several joined by a plus."""
    protocol_code: str | None = None
    """Performed Protocol Code Sequence (0040,0260)."""
    processing_description: str | None = None
    """Acquisition Device Processing Description (0018,1400)."""
    series_description: str | None = None
    rejected_by: tuple[Mark, ...] = ()
    """The marks by which the room's modality says that it was rejected."""
    slice_mm: float | None = None
    """Of an axial CT slice: where it lies along the patient, head up."""
    is_derived: bool = False
    is_quality_control: bool = False
    tags_present: int = 0
    """Bit i is set where tag i of `domain.tags.IQS_TAGS` is in the header."""
    tags_valid: int = 0
    """Bit i is set where that tag also holds a usable value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IrradiationEvent:
    """One irradiation event of a dose report (PS3.16 TID 10003, TID 10013)."""

    exposure_uid: str
    facts: ExposureFacts
    plane: str | None = None
    acquired_image_uids: tuple[str, ...] = ()
    is_rejected: bool | None = None
    reject_reason_code: str | None = None
    """Of scheme DCM; otherwise only its meaning is kept."""
    reject_reason_meaning: str | None = None
    is_repeated: bool | None = None
    """It was made because an earlier one had to be made again."""
    repeat_reason_code: str | None = None
    repeat_reason_meaning: str | None = None
    repeats_uid: str | None = None
    """Irradiation Event UID of that earlier one, where the report names it (PS3.16 TID 10042)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseReport:
    """One X-ray dose report: what it says of the study, and its events (PS3.16 TID 10001, TID 10011).

    Totals are as reported; None where the report gives none. Units: Gy.m2, Gy, mGy, mGy.cm.
    """

    sop_instance_uid: str
    sop_class_uid: str
    study_uid: str
    device: Device
    modality: str
    """Derived: CT, DX, MG, RF or XA. Acquisition Device Type is nearly always absent and sometimes wrong."""
    content_at: datetime | None = None
    study_date: date | None = None
    procedure: str | None = None
    protocol: str | None = None
    operator: str | None = None
    patient_key: str | None = None
    age_years: float | None = None
    weight_kg: float | None = None
    length_m: float | None = None
    dap_total_gym2: float | None = None
    dose_rp_total_gy: float | None = None
    agd_total_mgy: float | None = None
    dlp_total_mgycm: float | None = None
    fluoro_time_total_s: float | None = None
    n_events_reported: int | None = None
    events: tuple[IrradiationEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionNote:
    """A Key Object Selection document whose title says why its images are taken away (PS3.16 TID 2010, CID 7010)."""

    sop_instance_uid: str
    study_uid: str
    title_code: str
    """One of `domain.notes`: quality, safety, wrong worklist entry, retention; or that they are given back."""
    instance_uids: tuple[str, ...]
    other_studies: dict[str, str] = field(default_factory=dict)
    """The study of those instances that are, by the note's evidence, of another study than the note itself."""
    series_of_slices: dict[str, str] = field(default_factory=dict)
    """The series of those instances that are slices: a note of one scan names a thousand."""
    device: Device
    noted_at: datetime | None = None
    reason_code: str | None = None
    """A code of CID 7011, where the note brings one under Document Title Modifier (113011)."""
    reason_meaning: str | None = None
    description: str | None = None
    operator: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureStep:
    """A Modality Performed Procedure Step as it stands (PS3.4 F.7). None is: not said in this message."""

    step_uid: str
    device: Device
    status: str | None = None
    """IN PROGRESS, COMPLETED or DISCONTINUED."""
    study_uid: str | None = None
    modality: str | None = None
    station_ae_title: str | None = None
    procedure: str | None = None
    operator: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    discontinuation_code: str | None = None
    n_exposures: int | None = None
    dap_total_gym2: float | None = None
    fluoro_time_total_s: float | None = None
    """Total Time of Fluoroscopy (0040,0300)."""
    image_uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who is on the other side of an association, as the config knows it."""

    ae_title: str
    host: str
    room: str
    modality: str | None = None
    is_known: bool = True
    called_ae_title: str | None = None
    """As which it called the kiosk: a modality may have a destination of its own for rejects."""
    rules: tuple[RoomRule, ...] = ()
    """How its room's modality marks rejected images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an object was not taken in: becomes a quarantine row and the status of the answer."""

    status: int
    """0xC000 cannot understand, 0xA900 data set does not match, 0xA700 out of resources (PS3.4 B.2.3)."""
    reason: str
    """One line without patient data; also the Error Comment (0000,0902) of the answer."""
    sop_class_uid: str | None = None
    sop_instance_uid: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
