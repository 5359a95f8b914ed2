"""What was received over DICOM: devices, examinations, exposures, instances, reports, steps, associations."""

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    BooleanField,
    CompositeKey,
    DoubleField,
    IntegerField,
    JSONField,
    TextField,
)

from iqs_tui.store.database import Base
from iqs_tui.store.fields import UtcField

DOSE_COLUMNS = (
    *("room", "modality", "acquired_at", "received_at", "is_derived", "is_counted", "is_quality_control"),
    *("device_id", "study_uid", "exposure_uid", "procedure", "protocol", "view", "operator", "event_type"),
    *("dap_gym2", "agd_mgy", "ctdivol_mgy", "dlp_mgycm", "phantom_cm", "thickness_mm", "implausible"),
)

UNREPORTED_COLUMNS = (
    *("room", "acquired_at", "received_at", "is_derived", "is_counted", "is_quality_control"),
    *("device_id", "event_type"),
)

PATIENT_COLUMNS = (
    *("room", "modality", "started_at", "received_at", "study_uid", "device_id"),
    *("patient_key", "age_years", "weight_kg", "length_m", "procedure"),
)


class Device(Base):
    """A machine, named by `domain.records.Device.key`."""

    device_id = TextField(primary_key=True)
    manufacturer = TextField(null=True)
    model = TextField(null=True)
    station_name = TextField(null=True)
    device_serial = TextField(null=True)
    software_versions = TextField(null=True)
    ae_title = TextField(null=True)
    modality = TextField(null=True)
    room = TextField(null=True, index=True)
    said = JSONField(null=True)
    """Column to [rank, value]: who said what stands in the columns above (`store.devices`)."""
    first_seen = UtcField()
    last_seen = UtcField()


class Examination(Base):
    """One study on one device, with its dose totals kept up to date (design, part 7: `export studies`)."""

    study_uid = TextField()
    device_id = TextField(index=True)
    room = TextField(null=True)
    modality = TextField(null=True)
    study_date = TextField(null=True)
    procedure = TextField(null=True)
    protocol = TextField(null=True)
    operator = TextField(null=True)
    patient_key = TextField(null=True)
    age_years = DoubleField(null=True)
    weight_kg = DoubleField(null=True)
    length_m = DoubleField(null=True)
    started_at = UtcField(null=True)
    """The earliest acquisition."""
    ended_at = UtcField(null=True)
    """The latest acquisition."""
    received_at = UtcField(index=True)
    n_exposures = IntegerField(default=0)
    n_images = IntegerField(default=0)
    dap_total_gym2 = DoubleField(null=True)
    dose_rp_total_gy = DoubleField(null=True)
    agd_total_mgy = DoubleField(null=True)
    dlp_total_mgycm = DoubleField(null=True)
    ctdivol_max_mgy = DoubleField(null=True)
    fluoro_time_total_s = DoubleField(null=True)
    total_source = TextField(null=True)
    """reported, or summed; None where there is no dose at all."""
    image_facts = JSONField(null=True)
    """What its images say of it (`store.examinations`): what reports add is taken away where they turn out to be of
    another machine."""
    is_told = BooleanField(default=False, index=True)
    """The outbox holds it as it now stands; changes within a burst are told once."""
    updated_at = UtcField()

    class Meta:
        """One row per study and device; the second index holds all that a comparison asks of a patient."""

        primary_key = CompositeKey("study_uid", "device_id")
        indexes = (
            (("room", "procedure", "started_at"), False),
            (PATIENT_COLUMNS, False),
        )


class Exposure(Base):
    """One irradiation event or acquisition, joined from images and dose report."""

    exposure_uid = TextField(primary_key=True)
    study_uid = TextField(index=True)
    device_id = TextField(index=True)
    room = TextField(null=True)
    modality = TextField(null=True)
    acquired_at = UtcField(null=True, index=True)
    received_at = UtcField(index=True)
    procedure = TextField(null=True)
    protocol = TextField(null=True)
    body_part = TextField(null=True)
    view = TextField(null=True)
    laterality = TextField(null=True)
    operator = TextField(null=True)
    kvp = DoubleField(null=True)
    mas = DoubleField(null=True)
    exposure_index = DoubleField(null=True)
    target_exposure_index = DoubleField(null=True)
    deviation_index = DoubleField(null=True)
    dap_gym2 = DoubleField(null=True)
    dose_rp_gy = DoubleField(null=True)
    agd_mgy = DoubleField(null=True)
    ctdivol_mgy = DoubleField(null=True)
    dlp_mgycm = DoubleField(null=True)
    phantom_cm = IntegerField(null=True)
    event_type = TextField(null=True)
    tube_current_ma = DoubleField(null=True)
    exposure_time_ms = DoubleField(null=True)
    source_detector_mm = DoubleField(null=True)
    grid = TextField(null=True)
    exposure_control = TextField(null=True)
    thickness_mm = DoubleField(null=True)
    compression_n = DoubleField(null=True)
    ssde_mgy = DoubleField(null=True)
    dose_check = TextField(null=True)
    scan_low_mm = DoubleField(null=True)
    scan_high_mm = DoubleField(null=True)
    detector_id = TextField(null=True)
    software_versions = TextField(null=True)
    implausible = TextField(null=True)
    """Which quantities lie outside what is plausible (`domain.plausibility`), parted by commas; the values stay."""
    is_derived = BooleanField(default=False)
    """No exposure of its own: only derived images (reconstructions, secondary captures) speak of it, it is another
    one under our own name (`same_as`), or only a captured dose screen tells of what a report tells better."""
    is_counted = BooleanField(default=True)
    """Its dose is one of its examination's doses (`domain.totals.counted`); false where reports tell of others."""
    is_unsure = BooleanField(default=False)
    """A dose report tells of it, and whether one of the study's images shows it cannot be said."""
    same_as = TextField(null=True)
    """The exposure that this one turned out to be (`domain.origins.same_exposures`)."""
    origin = JSONField(null=True)
    """Who says what `image_facts` and `report_facts` hold (`domain.origins`)."""
    is_quality_control = BooleanField(default=False)
    image_facts = JSONField(null=True)
    """What the images say, joined (`domain.exposures.join_same_source`); None where no image came."""
    report_facts = JSONField(null=True)
    """What the dose reports say, joined; None where no report came."""
    is_told = BooleanField(default=False, index=True)
    """The outbox holds it as it now stands; changes within a burst are told once."""
    updated_at = UtcField()

    class Meta:
        """The newest of a room, and a device's day, are asked for at every change.

        The first holds all that a comparison of doses reads, so that it never touches the wide rows of the table;
        PostgreSQL, whose indices hold no row above 2.7 kB, has only its first three columns.
        """

        indexes = (
            (DOSE_COLUMNS, False),
            (("device_id", "acquired_at"), False),
        )


Exposure.add_index(
    Exposure.index(*(getattr(Exposure, name) for name in UNREPORTED_COLUMNS), name="exposure_unreported").where(
        Exposure.report_facts.is_null()
    )
)
"""Whether a machine reports its exposures is counted without a look at the wide rows of the table."""


# They are few, and counted at every change on the admin screen.
Exposure.add_index(Exposure.received_at, Exposure.room, where=Exposure.is_unsure == SQL("TRUE"), name="exposure_unsure")


class Instance(Base):
    """The header record of one image."""

    sop_instance_uid = TextField(primary_key=True)
    sop_class_uid = TextField()
    study_uid = TextField(index=True)
    series_uid = TextField()
    exposure_uid = TextField(index=True)
    device_id = TextField()
    room = TextField(null=True)
    modality = TextField(null=True)
    image_type = TextField(null=True)
    series_number = IntegerField(null=True)
    instance_number = IntegerField(null=True)
    acquired_at = UtcField(null=True)
    received_at = UtcField(index=True)
    anatomic_region_code = TextField(null=True)
    view_code = TextField(null=True)
    view_modifier_code = TextField(null=True)
    protocol_code = TextField(null=True)
    """Performed Protocol Code (0040,0260)."""
    processing_description = TextField(null=True)
    """Acquisition Device Processing Description (0018,1400)."""
    series_description = TextField(null=True)
    source_events = JSONField(null=True)
    """The irradiation events that a stitched image was made of (0008,3011)."""
    rejected_by = JSONField(null=True)
    """The room's rule by which the modality marked it as rejected, and what that says (`domain.room_rules`)."""
    slice_mm = DoubleField(null=True)
    """Of an axial CT slice: where it lies along the patient, head up."""
    is_derived = BooleanField(default=False)
    is_quality_control = BooleanField(default=False)
    tags_present = IntegerField(default=0)
    tags_valid = IntegerField(default=0)
    ae_title = TextField(null=True)


class DoseReportRow(Base):
    """One dose report, as received; a later cumulative report of the same study does not replace it."""

    sop_instance_uid = TextField(primary_key=True)
    study_uid = TextField(index=True)
    device_id = TextField()
    room = TextField(null=True)
    modality = TextField()
    content_at = UtcField(null=True)
    received_at = UtcField()
    dap_total_gym2 = DoubleField(null=True)
    dose_rp_total_gy = DoubleField(null=True)
    agd_total_mgy = DoubleField(null=True)
    dlp_total_mgycm = DoubleField(null=True)
    fluoro_time_total_s = DoubleField(null=True)
    exposure_uids = JSONField()
    sop_class_uid = TextField(null=True)
    """Tells a report from a captured dose screen (`domain.dose_sources`)."""
    said = JSONField(null=True)
    """What it says of the examination: procedure, patient's age, weight and length, and so on."""
    image_events = JSONField(null=True)
    """SOP Instance UID to irradiation event, of the images that its events name."""
    flags = JSONField(null=True)
    """Irradiation event to what the report says of its rejection or repetition (`domain.rdsr_flags`)."""

    class Meta:
        """The table's name."""

        table_name = "dose_report"


class Step(Base):
    """A Modality Performed Procedure Step."""

    step_uid = TextField(primary_key=True)
    study_uid = TextField(null=True, index=True)
    device_id = TextField()
    room = TextField(null=True)
    modality = TextField(null=True)
    status = TextField()
    procedure = TextField(null=True)
    operator = TextField(null=True)
    started_at = UtcField(null=True)
    ended_at = UtcField(null=True)
    discontinuation_code = TextField(null=True)
    n_exposures = IntegerField(null=True)
    dap_total_gym2 = DoubleField(null=True)
    fluoro_time_total_s = DoubleField(null=True)
    image_uids = JSONField()
    received_at = UtcField(index=True)

    class Meta:
        """The table's name."""

        table_name = "procedure_step"


class AssociationLog(Base):
    """One DICOM association: proof that its sender was switched on."""

    id = AutoField()
    ae_title = TextField(index=True)
    host = TextField()
    room = TextField(null=True)
    device_id = TextField(null=True)
    """The device whose object it brought; None for a C-ECHO."""
    opened_at = UtcField(index=True)
    closed_at = UtcField(null=True)
    n_objects = IntegerField(default=0)

    class Meta:
        """The table's name."""

        table_name = "association"


class Peer(Base):
    """A sender as it was met: what is not in the config is listed as "onbekend"."""

    ae_title = TextField()
    host = TextField()
    room = TextField(null=True)
    modality = TextField(null=True)
    is_known = BooleanField()
    first_seen = UtcField()
    last_seen = UtcField()
    n_associations = IntegerField(default=0)
    n_refused = IntegerField(default=0)
    last_echo_at = UtcField(null=True)
    last_echo_ok = BooleanField(null=True)

    class Meta:
        """One row per AE title and host."""

        primary_key = CompositeKey("ae_title", "host")


class Quarantine(Base):
    """An object that was not taken in, with the reason. Its bytes are not kept: they may hold a patient's name."""

    id = AutoField()
    at = UtcField(index=True)
    ae_title = TextField()
    host = TextField()
    status = IntegerField()
    reason = TextField()
    sop_class_uid = TextField(null=True)
    sop_instance_uid = TextField(null=True)
    size_bytes = BigIntegerField(null=True)
    sha256 = TextField(null=True)
