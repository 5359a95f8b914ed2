"""What a dose report came as: a structured report, or an image of the scanner's dose screen."""

_STRUCTURED_REPORTS = "1.2.840.10008.5.1.4.1.1.88."


def is_capture(sop_class_uid: str) -> bool:
    """Say whether a dose report was read from the header of a captured dose screen.

    It tells of the same irradiation as a structured report of its study, under other event names: where there is such
    a report, the capture does not count.
    """
    return not sop_class_uid.startswith(_STRUCTURED_REPORTS)
