"""Coded words and structured-report items (PS3.3 C.17.3, PS3.3 8.8), as datasets."""

from collections.abc import Sequence as Items
from datetime import datetime
from typing import NamedTuple

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence


class Code(NamedTuple):
    """A coded word: value, scheme, meaning."""

    value: str
    scheme: str
    meaning: str


def coded(code: Code) -> Sequence:
    """Return a code sequence of one item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code
    return Sequence([item])


def dcm(value: str, meaning: str) -> Code:
    """Return a code of the scheme DCM (PS3.16 annex D)."""
    return Code(value, "DCM", meaning)


def container(name: Code, children: Items[Dataset], relation: str = "CONTAINS") -> Dataset:
    """Return a CONTAINER item."""
    item = _item("CONTAINER", name, relation)
    item.ContinuityOfContent = "SEPARATE"
    item.ContentSequence = Sequence(children)
    return item


def number(name: Code, value: float, unit: str, relation: str = "CONTAINS") -> Dataset:
    """Return a NUM item; `unit` is a UCUM code."""
    item = _item("NUM", name, relation)
    measured = Dataset()
    measured.NumericValue = f"{value:.9g}"
    measured.MeasurementUnitsCodeSequence = coded(Code(unit, "UCUM", unit))
    item.MeasuredValueSequence = Sequence([measured])
    return item


def code_item(name: Code, value: Code, relation: str = "CONTAINS") -> Dataset:
    """Return a CODE item."""
    item = _item("CODE", name, relation)
    item.ConceptCodeSequence = coded(value)
    return item


def text_item(name: Code, text: str, relation: str = "CONTAINS") -> Dataset:
    """Return a TEXT item."""
    item = _item("TEXT", name, relation)
    item.TextValue = text
    return item


def person_item(name: Code, person: str, relation: str = "CONTAINS") -> Dataset:
    """Return a PNAME item."""
    item = _item("PNAME", name, relation)
    item.PersonName = person
    return item


def uid_item(name: Code, uid: str, relation: str = "CONTAINS") -> Dataset:
    """Return a UIDREF item."""
    item = _item("UIDREF", name, relation)
    item.UID = uid
    return item


def moment_item(name: Code, at: datetime, relation: str = "CONTAINS") -> Dataset:
    """Return a DATETIME item in the machine's local time."""
    item = _item("DATETIME", name, relation)
    item.DateTime = at.strftime("%Y%m%d%H%M%S.%f")
    return item


def image_item(sop_class_uid: str, sop_instance_uid: str, name: Code | None = None) -> Dataset:
    """Return an IMAGE item that points at one instance."""
    item = _item("IMAGE", name, "CONTAINS")
    item.ReferencedSOPSequence = Sequence([reference(sop_class_uid, sop_instance_uid)])
    return item


def reference(sop_class_uid: str, sop_instance_uid: str) -> Dataset:
    """Return a reference to one instance."""
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class_uid, sop_instance_uid
    return item


def template(identifier: str) -> Sequence:
    """Return the Content Template Sequence of a template of PS3.16."""
    item = Dataset()
    item.MappingResource, item.TemplateIdentifier = "DCMR", identifier
    return Sequence([item])


def _item(kind: str, name: Code | None, relation: str) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = relation, kind
    if name is not None:
        item.ConceptNameCodeSequence = coded(name)
    return item
