"""The record keys of every export, in their order, each with its kind (docs/design.md, part 7).

The kind is what a typed format needs: a parquet column keeps its type also where every value is absent.
"""

TEXT, NUMBER, COUNT, YES_NO, MOMENT, LIST = "text", "number", "count", "yes_no", "moment", "list"

Columns = tuple[tuple[str, str], ...]


def _columns(kinds: dict[str, str]) -> Columns:
    return tuple((name, kind) for kind, names in kinds.items() for name in names.split())


def _in_order(order: str, kinds: dict[str, str]) -> Columns:
    """Return the columns in the order of `order`; a name that `kinds` does not hold is text."""
    kind_of = dict(_columns(kinds))
    return tuple((name, kind_of.get(name, TEXT)) for name in order.split())


EXPOSURES = _in_order(
    "exposure_uid study_uid instance_uids modality manufacturer model station_name"
    " device_serial room acquired_at received_at procedure protocol body_part view laterality operator kvp mas"
    " exposure_index deviation_index dap_gym2 dose_rp_gy agd_mgy ctdivol_mgy dlp_mgycm phantom_cm event_type"
    " is_rejected reason_code sources",
    {
        LIST: "instance_uids sources",
        MOMENT: "acquired_at received_at",
        NUMBER: "kvp mas exposure_index deviation_index dap_gym2 dose_rp_gy agd_mgy ctdivol_mgy dlp_mgycm",
        COUNT: "phantom_cm",
        YES_NO: "is_rejected",
    },
)
STUDIES = _in_order(
    "study_uid modality manufacturer model station_name device_serial study_date procedure protocol operator age_years"
    " n_exposures n_images dap_total_gym2 dose_rp_total_gy agd_total_mgy dlp_total_mgycm ctdivol_max_mgy total_source",
    {
        COUNT: "n_exposures n_images",
        NUMBER: "age_years dap_total_gym2 dose_rp_total_gy agd_total_mgy dlp_total_mgycm ctdivol_max_mgy",
    },
)
CASES = _in_order(
    "case_id study_uid exposure_uid instance_uid signals state reason_code reason_label cid7011_code detail operator"
    " answered_by detected_at answered_at dap_gym2 dlp_mgycm agd_mgy",
    {LIST: "signals", MOMENT: "detected_at answered_at", NUMBER: "dap_gym2 dlp_mgycm agd_mgy"},
)
IDLE = _in_order(
    "device state from to evidence confidence kwh_low kwh kwh_high tier",
    {MOMENT: "from to", LIST: "evidence", NUMBER: "kwh_low kwh kwh_high"},
)
TAGS = _in_order(
    "device tag keyword present_pct valid_pct n note",
    {NUMBER: "present_pct valid_pct", COUNT: "n"},
)
SCORES = _in_order(
    "score_id task_id round_id kind form_id form_version room study_uid exposure_uid instance_uid procedure view"
    " laterality operator scored_by scored_at criterion value max remark",
    {MOMENT: "scored_at", COUNT: "form_version value max"},
)
AUDIT = _in_order(
    "seq at actor action subject detail previous_hash row_hash",
    {MOMENT: "at", COUNT: "seq"},
)
COLUMNS: dict[str, Columns] = {
    "exposures": EXPOSURES,
    "studies": STUDIES,
    "cases": CASES,
    "scores": SCORES,
    "idle": IDLE,
    "tags": TAGS,
    "audit": AUDIT,
}


def keys(what: str) -> tuple[str, ...]:
    """Return the record keys of an export, in their order."""
    return tuple(name for name, _ in COLUMNS[what])
