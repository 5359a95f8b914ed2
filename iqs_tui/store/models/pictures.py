"""What is kept of pixels, each with its retention: previews, and full objects without who the patient is."""

from peewee import BigIntegerField, BlobField, BooleanField, IntegerField, TextField

from iqs_tui.store.database import Base
from iqs_tui.store.fields import UtcField


class Preview(Base):
    """An 8-bit picture of a projection image, at most 1024 px (design, part 4)."""

    instance_uid = TextField(primary_key=True)
    exposure_uid = TextField(index=True)
    study_uid = TextField()
    room = TextField(null=True)
    state = TextField()
    """waiting, made or failed."""
    why = TextField(null=True)
    """Why there is none."""
    width = IntegerField(null=True)
    height = IntegerField(null=True)
    picture = BlobField(null=True)
    """A greyscale image file."""
    received_at = UtcField(index=True)
    made_at = UtcField(null=True)

    class Meta:
        """Those that wait are asked for in their order."""

        indexes = ((("state", "received_at"), False),)


class KeptObject(Base):
    """A de-identified DICOM object in the node's folder: until its preview is made, longer where it was rejected."""

    instance_uid = TextField(primary_key=True)
    path = TextField()
    """Relative to the folder of the database."""
    size_bytes = BigIntegerField()
    sha256 = TextField()
    is_reject = BooleanField(default=False)
    received_at = UtcField(index=True)
