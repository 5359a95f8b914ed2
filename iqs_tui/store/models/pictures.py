"""What is kept of pixels, each with its retention: previews, and full objects without who the patient is."""

from peewee import BigIntegerField, BlobField, IntegerField, TextField

from iqs_tui.store.database import Base
from iqs_tui.store.fields import UtcField


class Preview(Base):
    """An 8-bit picture of a projection image, at most 1024 px (design, part 4)."""

    instance_uid = TextField(primary_key=True)
    state = TextField()
    """`domain.pictures`: waiting, made, failed or none."""
    why = TextField(null=True)
    """Why there is none."""
    width = IntegerField(null=True)
    height = IntegerField(null=True)
    received_at = UtcField(index=True)
    made_at = UtcField(null=True)
    picture = BlobField(null=True)
    """A greyscale image file; the last column, so that the others are read without it."""

    class Meta:
        """Those that wait are asked for in their order."""

        indexes = ((("state", "received_at"), False),)


class KeptObject(Base):
    """A de-identified DICOM object in a file: until its preview is made, longer where it was rejected."""

    instance_uid = TextField(primary_key=True)
    path = TextField()
    """Relative to the folder of the database."""
    size_bytes = BigIntegerField()
    room = TextField(null=True)
    received_at = UtcField(index=True)
