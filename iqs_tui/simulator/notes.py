"""Pretend rejection notes: Key Object Selection documents (PS3.16 TID 2010)."""

from collections.abc import Sequence as Items
from datetime import datetime

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import KeyObjectSelectionDocumentStorage

from iqs_tui.simulator.codes import Code, code_item, coded, dcm, image_item, template, text_item
from iqs_tui.simulator.documents import document, evidence
from iqs_tui.simulator.images import IMAGE_CLASS
from iqs_tui.simulator.study import Shot, Study

QUALITY = dcm("113001", "Rejected for Quality Reasons")
SAFETY = dcm("113037", "Rejected for Patient Safety Reasons")
WRONG_ENTRY = dcm("113038", "Incorrect Modality Worklist Entry")
RETENTION = dcm("113039", "Data Retention Policy Expired")
QUALITY_ISSUE = dcm("113010", "Quality Issue")
"""Titles of CID 7010; the last is softer: flawed, but kept."""
REVOKED = Code("REVOKE_REJECTION", "99DCM4CHEE", "Restore rejected Instances")
"""The private title by which dcm4chee takes a note back."""


def note(
    study: Study,
    shots: Items[Shot],
    uid: str,
    series_uid: str,
    at: datetime,
    title: Code = QUALITY,
    reason: Code | None = None,
    words: str | None = None,
) -> Dataset:
    """Return a note on the images of exposures, with or without its reason (CID 7011)."""
    made = document(study, KeyObjectSelectionDocumentStorage, uid, series_uid, at)
    made.Modality, made.SeriesDescription = "KO", "Rejected images"
    made.ConceptNameCodeSequence = coded(title)
    made.ContentTemplateSequence = template("2010")
    made.CurrentRequestedProcedureEvidenceSequence = evidence(study, shots)
    content = []
    if reason is not None:
        content.append(code_item(dcm("113011", "Document Title Modifier"), reason, "HAS CONCEPT MOD"))
    if words is not None:
        content.append(text_item(dcm("113012", "Key Object Description"), words))
    image_class = IMAGE_CLASS[study.machine.kind]
    content += [image_item(image_class, shot.image_uid) for shot in shots]
    made.ContentSequence = Sequence(content)
    return made
