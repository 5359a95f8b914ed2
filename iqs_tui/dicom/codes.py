"""Coded concepts of dose reports (PS3.16), by code value; scheme DCM where no other is named.

Old reports write SNOMED codes in their SRT form, new ones as SCT: both stand for the same concept. Makers misspell
meanings, so a concept is matched, and named on the screen, by its value.
"""

# Documents and their parts (TID 10001, 10011, 10040)
DOSE_REPORT = "113701"
PROCEDURE_REPORTED = "121058"
ACQUISITION_DEVICE_TYPE = "122142"
ACCUMULATED_PROJECTION = "113702"
ACCUMULATED_CT = "113811"
ACCUMULATED_ENHANCED = "130500"
PROJECTION_EVENT = "113706"
CT_EVENT = "113819"
ENHANCED_EVENT = "130501"
ENHANCED_DETAILS = "130505"
ACCUMULATIONS = frozenset({ACCUMULATED_PROJECTION, ACCUMULATED_CT, ACCUMULATED_ENHANCED})
EVENTS = frozenset({PROJECTION_EVENT, CT_EVENT, ENHANCED_EVENT})

# Totals (TID 10004, 10005, 10007, 10012)
DAP_TOTAL = "113722"
DOSE_RP_TOTAL = "113725"
FLUORO_DAP_TOTAL = "113726"
FLUORO_DOSE_RP_TOTAL = "113728"
FLUORO_TIME_TOTAL = "113730"
AGD_TOTAL = "111637"
N_EVENTS = "113812"
DLP_TOTAL = "113813"

# Siemens Arcadis Varic: a report of totals in a scheme of its own, as Enhanced SR
ARCADIS_SCHEME = "99SMS_RADSUM"
ARCADIS_REPORT = "C-10"
ARCADIS_FLUORO_TIME = "C-202"
ARCADIS_DAP_TOTAL = "C-204"

# Every irradiation event (TID 10003, 10013, 10042)
EVENT_UID = "113769"
STARTED = "111526"
START_OF_IRRADIATION = "113809"
PROTOCOL = "125203"
TARGET_REGION = "123014"
ANATOMICAL_STRUCTURES = frozenset({"T-D0005", "91723000"})
LATERALITIES = frozenset({"G-C171", "272741003", "111027"})
IMAGE_VIEW = "111031"
PLANE = "113764"
X_RAY_SOURCE = "113832"
ACQUIRED_IMAGE = "113795"
KVP = "113733"
EXPOSURE = "113736"
TUBE_CURRENT = "113734"
AVERAGE_TUBE_CURRENT = "113767"
EXPOSURE_TIME = "113824"
EXPOSURE_TIME_RETIRED = "113735"
""" "Exposure Time" twice in PS3.16: Siemens Artis still writes the retired one."""
IS_REJECTED = "130503"
REJECT_REASON = "130504"
IS_REPEATED = "128551"
REPEAT_REASON = "128552"
EVENT_UIDS = (EVENT_UID, "113853")
""" "Irradiation Event UID" twice in PS3.16; below a flag it names the earlier event (TID 10042)."""

# Projection X-ray
EVENT_TYPE = "113721"
DAP = "122130"
DOSE_RP = "113738"
AGD = "111631"
EXPOSURE_INDEX = "113845"
TARGET_EXPOSURE_INDEX = "113846"
DEVIATION_INDEX = "113847"
SOURCE_TO_DETECTOR = "113750"
GRID = "111635"
COMPRESSION_THICKNESS = "111633"
COMPRESSION_FORCE = "111647"

# CT
CT_ACQUISITION_TYPE = "113820"
CTDIVOL = "113830"
DLP = "113838"
PHANTOM = "113835"
CT_SOURCE = "113831"
SSDE = "113930"
MODULATION = "113842"
SCAN_RANGES = (("113895", "113896"), ("113897", "113898"))
"""Top and bottom Z location (TID 10014): of the reconstructable volume, else of the scanning length."""

# CT dose check (TID 10015): what was configured and foreseen, never a dose
DOSE_ALERT = "113900"
DOSE_NOTIFICATION = "113908"
REASON_FOR_PROCEEDING = "113907"
ALERT_DLP = ("113905", "113903")
ALERT_CTDIVOL = ("113906", "113904")
NOTIFICATION_DLP = ("113913", "113911")
NOTIFICATION_CTDIVOL = ("113914", "113912")
"""Forward estimate, and the value that it was held against."""

# Who (TID 1020, 1003)
PERSON_NAME = "113870"
PERSON_ROLE = "113875"
IRRADIATION_ADMINISTERING = "113851"
PERSON_OBSERVER = "121008"
OBSERVER_ROLES = frozenset({"121010", "121011"})
OPERATING_ROLES = frozenset({"121083", "121094", IRRADIATION_ADMINISTERING})
"""Technologist, performing, irradiation administering."""

# Values
YES = frozenset({"373066001", "R-0038D"})
NO = frozenset({"373067005", "R-00339"})
PLANE_B = "113621"
ALL_PLANES = "113890"
FLUOROSCOPY = frozenset({"44491008", "P5-06000"})
CT_PROCEDURES = frozenset({"77477000", "P5-08000"})
MG_PROCEDURES = frozenset({"71651007", "P5-40010"})
RF_PROCEDURES = FLUOROSCOPY | {"169014003"}
DX_PROCEDURES = frozenset({"168537006"})
FLUOROSCOPY_GUIDED_SYSTEM = "113957"
GRIDS = {
    "111640": "VIRTUAL",
    "111641": "FIXED",
    "111642": "FOCUSED",
    "111643": "RECIPROCATING",
    "111644": "PARALLEL",
    "111645": "CROSSED",
    "111646": "NONE",
}
"""X-Ray Grid (CID 10017), as Grid (0018,1166) writes it."""
SIDES = {
    **dict.fromkeys(("7771000", "G-A101", "80248007", "T-04030"), "L"),
    **dict.fromkeys(("24028007", "G-A100", "73056007", "T-04020"), "R"),
    **dict.fromkeys(("51440002", "G-A102", "63762007", "T-04080"), "B"),
}
"""Laterality or breast (CID 244, 6022), as Image Laterality (0020,0062) writes it."""

NAMES = {
    "113611": "Stationary Acquisition",
    "113612": "Stepping Acquisition",
    "113613": "Rotational Acquisition",
    **dict.fromkeys(FLUOROSCOPY, "Fluoroscopy"),
    **dict.fromkeys(("116152004", "P5-08001"), "Spiral Acquisition"),
    "113804": "Sequenced Acquisition",
    "113805": "Constant Angle Acquisition",
    "113806": "Stationary Acquisition",
    "113807": "Free Acquisition",
    "702569007": "Cone Beam Acquisition",
    "113620": "Plane A",
    PLANE_B: "Plane B",
    "113622": "Single Plane",
    ALL_PLANES: "All Planes",
}
"""What event types and planes are called (CID 10002, 10013, 10003), whatever the maker wrote as their meaning."""
