"""Dose reports as makers send them: one function per maker and quirk.

The numbers in brackets are those of OpenREM's issue tracker, where the quirk was first met; the reports are built here
from its description and from PS3.16. Values are small and round, so that a test can name them.
"""

from collections.abc import Iterable

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid

from tests.dicom import builders
from tests.dicom.builders import code_item, coded, container, dataset, moment, num, words
from tests.dicom.report_parts import (
    CT,
    FLUOROSCOPY,
    MAMMOGRAPHY,
    PLANE_A,
    PLANE_B,
    ROTATIONAL,
    ct,
    ct_dose,
    ct_event,
    ct_source,
    event,
    num_saying,
    projection,
    with_raw,
)

XML_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><FluoroData><PatientPosition><Position SRData='&i;'/></PatientPosition></FluoroData>"
)
"""A comment that would be 1 GB once its entities are resolved."""


# --- Canon and Toshiba


def canon_ultimax() -> Dataset:
    """Ultimax-i: dose-area products in dGy.cm2 (704), dose at the reference point in mGy (808)."""
    total = builders.plane_total(num("113722", "12.5", "dGy.cm2"), num("113725", "4.2", "mGy"))
    shot = event(num("122130", "12.5", "dGy.cm2"), num("113738", "4.2", "mGy"), kind=FLUOROSCOPY)
    return projection(total, shot, Manufacturer="Canon", ManufacturerModelName="Ultimax-i")


def canon_cxdi() -> Dataset:
    """CXDI: the measured value sequence of what it did not measure is there, and empty (955)."""
    total = builders.plane_total(num("113722", None, None), num("113725", None, None))
    shot = event(num("122130", None, None), num("113738", None, None), num("113733", "90", "kV"))
    return projection(total, shot, Manufacturer="Canon Inc.")


def toshiba_vhp() -> Dataset:
    """Aquilion, variable helical pitch: several numbers in one Numeric Value (670)."""
    parameters = [num("113828", ["0.813", "1.388"], "{ratio}"), ct_source("1", ["100", "120"], ["150", "210"])]
    return ct([ct_event(*parameters, dose=ct_dose("5.3", "251.2"))], dlp="251.2")


def toshiba_dose_screen() -> Dataset:
    """Old Aquilion: no report, only a picture of the doses as a secondary capture (447, 480)."""
    return builders.image(
        builders.SECONDARY_CAPTURE, "CT", ImageType=["DERIVED", "SECONDARY"], SeriesDescription="DOSE INFORMATION"
    )


def toshiba_cath_lab() -> Dataset:
    """Infinix: how the patient lay is told in codes of its own or not at all (227)."""
    orientation = coded("113743", ("F-10450", "SNM3", "recumbent"))
    shot = event(num("122130", "0.00021", "Gy.m2"), orientation, coded("113745", ("", "", "")), kind=FLUOROSCOPY)
    return projection(builders.plane_total(num("113722", "0.00021", "Gy.m2")), shot)


# --- Siemens


def siemens_ct_cumulative(uids: Iterable[str | None], study_uid: str) -> list[Dataset]:
    """Somatom: a report after every scan, each with all scans so far (625); None is an event without a UID."""
    scans = [ct_scan(uid, number) for number, uid in enumerate(uids, start=1)]
    return [siemens_ct(scans[:n], study_uid) for n in range(1, len(scans) + 1)]


def siemens_ct_continued(study_uid: str) -> list[Dataset]:
    """Somatom: examined again in the same study, the next report only has the new scans."""
    return [siemens_ct([ct_scan(generate_uid(), number)], study_uid) for number in (1, 2)]


def ct_scan(uid: str | None, number: int) -> Dataset:
    """Return the nth scan: DLP n × 100 mGy.cm."""
    scan = ct_event(ct_source("A", "120", "34"), dose=ct_dose(str(number), str(number * 100)))
    if uid is None:
        scan.ContentSequence = [item for item in scan.ContentSequence if "UID" not in item]
    else:
        scan.ContentSequence[0].UID = uid
    return scan


def siemens_ct(scans: list[Dataset], study_uid: str) -> Dataset:
    """Return a report of these scans, with their total, the number of events and the start of the first."""
    dlp = sum(
        float(scan.ContentSequence[-1].ContentSequence[-1].MeasuredValueSequence[0].NumericValue) for scan in scans
    )
    totals = container("113811", num("113812", str(len(scans)), "{events}"), num("113813", str(dlp), "mGycm"))
    return builders.report(CT, moment("113809", "20260310101600"), totals, *scans, StudyInstanceUID=study_uid)


def siemens_intevo() -> Dataset:
    """Symbia Intevo: the tube current has the right code and the wrong meaning (380)."""
    source = ct_source("A", "130", "21")
    source.ContentSequence[2].ConceptNameCodeSequence[0].CodeMeaning = "Maximum X-Ray Tube Current"
    return ct([ct_event(source, dose=ct_dose("1.5", "60"))], dlp="60")


def siemens_dual_source() -> Dataset:
    """Somatom Force: two tubes in one scan, so two kV, two mA and two mAs."""
    sources = [ct_source("A", "90", "100", "60"), ct_source("B", "150", "63", "40")]
    return ct([ct_event(*sources, num("113824", "2.5", "s"), dose=ct_dose("7", "210"))], dlp="210")


def siemens_zee(comment: str = XML_BOMB) -> Dataset:
    """Artis zee: position and table as XML in a comment, of the report and of each event (432, 735).

    Units without dots, the retired code for exposure time.
    """
    shot = event(
        num("122130", "1.2e-006", "Gym2"),
        num("113738", "0.00019", "Gy"),
        num("113735", "249", "ms"),
        num("113736", "24128", "uAs"),
        num("113734", "96.9", "mA"),
        num("113750", "1200", "mm"),
        words("121106", comment),
        kind=FLUOROSCOPY,
    )
    total = builders.plane_total(
        num("113722", "1.2e-006", "Gym2"), num("113725", "0.00019", "Gy"), num("113730", "28", "s")
    )
    return projection(total, shot, words("121106", comment), Manufacturer="Siemens", SoftwareVersions="VC14J 150507")


def siemens_arcadis(dap_unit: str | None = "Gy.cm2") -> Dataset:
    """Arcadis Varic: an Enhanced SR in a scheme of its own, with totals and no events (433)."""
    items = [
        num("C-200", "3", "1"),
        num("C-202", "1.5", "min"),
        num("C-204", "0.84", dap_unit),
        num("C-206", None, None),  # air kerma: not attempted
    ]
    for item in items:
        item.ConceptNameCodeSequence[0].CodingSchemeDesignator = "99SMS_RADSUM"
    title = Sequence([code_item("C-10", "99SMS_RADSUM", "Radiation Summary")])
    return builders.report(
        *items,
        sop_class_uid=builders.ENHANCED_SR,
        ConceptNameCodeSequence=title,
        Manufacturer="Siemens",
        ManufacturerModelName="Arcadis Varic",
    )


def siemens_drf_max() -> tuple[Dataset, Dataset]:
    """Luminos dRF Max: one station sends reports of fluoroscopy and of radiographs (580, 613)."""
    screened = projection(
        builders.plane_total(num("113722", "3e-5", "Gym2"), num("113730", "12", "s")),
        event(num("122130", "3e-5", "Gym2"), kind=FLUOROSCOPY),
        StationName="DRFMAX",
    )
    shot = projection(
        builders.plane_total(num("113722", "2e-5", "Gym2"), num("113730", "0", "s"), num("113726", "0", "Gym2")),
        event(num("122130", "2e-5", "Gym2")),
        StationName="DRFMAX",
    )
    return screened, shot


# --- GE


def ge_ct() -> Dataset:
    """LightSpeed: the dose report is an Enhanced SR (463); unit without dot, scouts without dose."""
    scout = container(
        "113819",
        coded("123014", ("00001", "99GEMS", "Unknown")),
        coded("113820", ("113805", "DCM", "Constant Angle Acquisition")),
        builders.uid_reference(generate_uid()),
    )
    scan = ct_event(ct_source("1", "120.0", "200.0"), dose=ct_dose("8.74", "429.19", "mGycm"))
    totals = container("113811", num("113812", "2", "{events}"), num("113813", "429.19", "mGycm"))
    return builders.report(CT, totals, scout, scan, sop_class_uid=builders.ENHANCED_SR)


def ge_oec() -> Dataset:
    """OEC C-arm: misspelt meanings, text where a code belongs, "Unknown" modifiers (739), no template (746)."""
    dap = num("122130", "0.00012", "Gy.m2")
    dap.ConceptNameCodeSequence[0].CodeMeaning = "Dose Aera Product"
    unknown_side = coded("272741003", ("Unknown", "99GEOEC", "Unknown"), scheme="SCT")
    shot = event(
        dap,
        words("123014", "Hip"),
        words("113780", "Unknown"),
        words("113764", "Single Plane"),
        coded("91723000", ("Unknown", "99GEOEC", "Unknown"), unknown_side, scheme="SCT"),
        kind=FLUOROSCOPY,
    )
    shot.ContentSequence[2].ConceptCodeSequence[0].CodeMeaning = "Fluroscopy"
    report = projection(builders.plane_total(num("113722", "0.00012", "Gy.m2")), shot)
    assert "ContentTemplateSequence" not in report
    return report


# --- Philips


def philips_azurion() -> Dataset:
    """Azurion: an angiography room that calls itself a radiography system, and an empty Numeric Value (673)."""
    device_type = coded("122142", ("113958", "DCM", "Integrated Projection Radiography System"))
    total = builders.plane_total(
        num("113722", "0.0021", "Gy.m2"), num_saying("113725", b"", "Gy"), num("113730", "2", "min")
    )
    shot = event(num("122130", "0.0021", "Gy.m2"), num_saying("113738", b"", "Gy"), kind=FLUOROSCOPY)
    return projection(device_type, total, shot, ManufacturerModelName="Azurion")


def philips_allura() -> Dataset:
    """Allura Xper: collimation and table in private codes (446), pulses as one multi-valued number."""
    shutters = container("005", num("006", "131", "mm"), num("007", "164.5", "mm"))
    private = [shutters, num("018", "1194", "mm"), num("003", "98", "1"), words("029", "Abdomen ClarityIQ")]
    for item in private:
        item.ConceptNameCodeSequence[0].CodingSchemeDesignator = "99PHI-IXR-XPER"
    shot = event(
        num("122130", "1.0e-05", "Gy.m2"),
        num("113733", ["68", "70", "69"], "kV"),
        num("113734", ["50", "52", "54"], "mA"),
        num("113736", ["200", "300", "400"], "uA.s"),
        num("113750", "1194", "mm"),
        *private,
        kind=FLUOROSCOPY,
    )
    return projection(builders.plane_total(num("113722", "1.0e-05", "Gy.m2"), num("113730", "13", "s")), shot)


def philips_neuro() -> Dataset:
    """Allura FD20/10: two planes, of which the second has no dose at the reference point."""
    totals = [
        builders.plane_total(
            num("113722", dap, "Gy.m2"), num("113725", rp, "Gy"), num("113730", time, "s"), plane=plane
        )
        for plane, dap, rp, time in ((PLANE_A, "0.002", "0.1", "60"), (PLANE_B, "0.001", None, "30"))
    ]
    spins = [
        event(num("122130", dap, "Gy.m2"), plane=plane, kind=kind)
        for plane, dap, kind in ((PLANE_A, "0.0015", ROTATIONAL), (PLANE_B, "0.001", FLUOROSCOPY))
    ]
    return projection(*totals, *spins)


def philips_big_bore() -> Dataset:
    """Brilliance Big Bore: a target region without a code (765)."""
    region = coded("123014", ("T", "SRT", "-"))
    region.ConceptCodeSequence = Sequence([])
    scan = ct_event(dose=ct_dose("12", "400"))
    scan.ContentSequence.insert(0, region)
    return ct([scan], dlp="400")


def pixelmed_ge_ct() -> Dataset:
    """A report that PixelMed made of a GE dose screen: a target region with an empty item (518)."""
    region = coded("123014", ("T", "SRT", "-"))
    region.ConceptCodeSequence = Sequence([Dataset()])
    scan = ct_event(dose=ct_dose("12", "400"))
    scan.ContentSequence.insert(0, region)
    return ct([scan], dlp="400")


def philips_brilliance() -> Dataset:
    """Brilliance: no times at all (500), and no total of DLP (967)."""
    report = ct([ct_event(dose=ct_dose("12", "400")), ct_event(dose=ct_dose("6", "150"))])
    for keyword in ("StudyTime", "ContentDate", "ContentTime", "AcquisitionDate", "AcquisitionTime"):
        del report[keyword]
    return report


# --- others


def carestream_filters() -> Dataset:
    """DRX-Evolution: two filters joined by a comma, or as two values (431, 593), in code and thickness."""
    filters = container(
        "113771",
        coded("113757", ("C-120F9,C-127F9", "SRT", "Aluminum,Copper")),
        num_saying("113758", b"1.0,0.1", "mm"),
        num("113773", ["1.0", "0.1"], "mm"),
    )
    shot = event(filters, num("122130", "0.00000082", "Gy.m2"), num("113750", "1017", "mm"))
    return projection(builders.plane_total(num("113722", "0.00000082", "Gy.m2")), shot)


def hologic() -> Dataset:
    """Selenia: views, grid and region in its own codes, so that side and glandular dose were missed (411)."""
    shots = [
        event(
            coded("91723000", ("76752008", "SCT", "Breast"), coded("G-C171", (side, "SRT", "-")), scheme="SCT"),
            coded("111031", ("HOLX-1", "99HOLX", "Rolled Lateral")),
            coded("123014", ("T-04000", "SRT", "Breast")),
            num("111631", agd, "mGy"),
            coded("111635", ("gridin", "99HOLX", "Grid in")),
            num("111633", "43.00", "mm"),
            num("111647", "90", "N"),
            num("113736", "90200", "uAs"),
        )
        for side, agd in (("G-A101", "1.30"), ("G-A100", "1.28"))
    ]
    totals = builders.plane_total(
        num("111637", "1.30", "mGy", coded("G-C171", ("T-04030", "SRT", "Left breast"))),
        num("111637", "1.28", "mGy", coded("G-C171", ("T-04020", "SRT", "Right breast"))),
    )
    return builders.report(MAMMOGRAPHY, totals, *shots)


def varian() -> Dataset:
    """On-board imager of an accelerator: no accumulated dose, no device, no procedure reported (681)."""
    return builders.report(event(num("122130", "0.00005", "Gy.m2")), StationName=None, DeviceSerialNumber=None)


def ziehm() -> Dataset:
    """Vision: NUM items without their measured value sequence, events without type or plane (499, 769)."""
    bare = num("113738", None, None)
    del bare.MeasuredValueSequence
    nameless = container("113780")
    del nameless.ConceptNameCodeSequence
    shot = container("113706", builders.uid_reference(generate_uid()), num("122130", "6e-6", "Gy.m2"), bare, nameless)
    return projection(builders.plane_total(num("113722", "6e-6", "Gy.m2"), num("113730", "9000", "ms")), shot)


def spectrum_dynamics() -> Dataset:
    """VERITON-CT: the CT of a gamma camera, DLP without dot, no acquisition type and no procedure (865)."""
    scan = container(
        "113819", builders.uid_reference(generate_uid()), container("113829", *ct_dose("2", "81", "mGycm"))
    )
    totals = container("113811", num("113813", "81", "mGycm"))
    return builders.report(totals, scan)


def opera_swing() -> Dataset:
    """GMM Opera Swing: a calibration without its mandatory date and factor (770)."""
    calibration = container("122505", words("113724", ""), num("122322", None, None))
    total = builders.plane_total(calibration, num("113722", "4e-5", "Gy.m2"), num("113730", "4", "s"))
    return projection(total, event(num("122130", "4e-5", "Gy.m2"), kind=FLUOROSCOPY))


def drgem() -> Dataset:
    """Diamond: decimals in whole-number fields, of the report and of its items (1033)."""
    report = projection(builders.plane_total(num("113722", "3e-6", "Gy.m2")), event(num("122130", "3e-6", "Gy.m2")))
    return with_raw(report, SeriesNumber=b"1.5", InstanceNumber=b"2.0")


# --- whoever made it


def long_codes() -> Dataset:
    """Code values longer than 16 characters, in the attributes made for them (501)."""
    region = coded("123014", ("-", "DCM", "Thorax"))
    region.ConceptCodeSequence = Sequence(
        [dataset(LongCodeValue="a-code-value-of-more-than-sixteen", CodingSchemeDesignator="99X", CodeMeaning="Thorax")]
    )
    view = coded("111031", ("-", "DCM", "postero-anterior"))
    view.ConceptCodeSequence = Sequence(
        [dataset(URNCodeValue="urn:oid:1.2.3", CodingSchemeDesignator="99X", CodeMeaning="postero-anterior")]
    )
    overlong = coded("113757", ("a code value of more than sixteen in the wrong place", "99X", "Al"))
    shot = event(region, view, overlong, num("122130", "1e-5", "Gy.m2"))
    return projection(builders.plane_total(num("113722", "1e-5", "Gy.m2")), shot)


def wrong_case() -> Dataset:
    """Procedure Reported in another case, code and meaning (698)."""
    procedure = coded("121058", ("p5-40010", "srt", "MAMMOGRAPHY"))
    return builders.report(procedure, event())


def without_date_or_time() -> Dataset:
    """No date and no time, in header nor content (568)."""
    shot = event(num("122130", "1e-5", "Gy.m2"))
    shot.ContentSequence = [item for item in shot.ContentSequence if "DateTime" not in item]
    report = projection(builders.plane_total(num("113722", "1e-5", "Gy.m2")), shot)
    for keyword in ("StudyDate", "StudyTime", "ContentDate", "ContentTime", "AcquisitionDate", "AcquisitionTime"):
        del report[keyword]
    return report


def modalities_twice() -> Dataset:
    """Modalities in Study with the same modality twice, and one that is none (803)."""
    return projection(event(num("122130", "1e-5", "Gy.m2")), ModalitiesInStudy=["SR", "DX", "DX", ""])


def several_operators() -> Dataset:
    """Person names with several values, in the header and in a person participant (516)."""
    shot = event(num("122130", "1e-5", "Gy.m2"), builders.person_name("Vries^Jan\\Bos^Els"))
    return projection(shot, OperatorsName=["Vries^Jan", "Bos^Els"])


def filter_upside_down() -> Dataset:
    """A filter whose least thickness is more than its greatest (453)."""
    filters = container("113771", num("113758", "0.9", "mm"), num("113773", "0.1", "mm"))
    return projection(event(filters, num("122130", "1e-5", "Gy.m2")))


def text_in_numbers() -> Dataset:
    """Words, a decimal comma or a range in Numeric Value (645, 896)."""
    return projection(
        builders.plane_total(num_saying("113722", b"n/a", "Gy.m2"), num_saying("113725", b"not measured", "Gy")),
        event(
            num_saying("122130", b"1,07E-05", "Gy.m2"),
            num_saying("113738", b"< 0.001", "Gy"),
            num_saying("113733", b"90-100", "kV"),
            num_saying("113736", b"NaN", "mA.s"),
            num_saying("113824", b"Infinity", "ms"),
        ),
    )


def mixed_character_sets() -> Dataset:
    """Text in another character set than the report declares, or in one that does not exist (476)."""
    protocol = with_raw(words("125203", "-"), TextValue=b"\xff\xfeThorax \x81\x1b$B")
    shot = event(protocol, num("122130", "1e-5", "Gy.m2"))
    report = projection(builders.plane_total(num("113722", "1e-5", "Gy.m2")), shot)
    return with_raw(
        report, SpecificCharacterSet=b"ISO_IR 192\\ISO 2022 IR 999", OperatorsName="Müller^Ümit".encode("latin-1")
    )
