"""Which test holds which quirk of the makers: `file::test`, both under tests/dicom.

The quirks are those that OpenREM's extractors and issue tracker (the numbers) know of reports and headers.
"""

_M = "test_makers.py::test_"
_T = "test_technique.py::test_"
_C = "test_dose_capture.py::test_"

QUIRKS: dict[str, tuple[str, ...]] = {
    # of reports
    "Canon/Toshiba Ultimax: DAP in dGy.cm2 (704), dose at RP in mGy (808)": (f"{_M}ultimax_states_dgycm2_and_mgy",),
    "Canon CXDI: empty DAP value sequence (955)": (f"{_M}cxdi_leaves_doses_empty",),
    "Toshiba CT: several numbers in one with vHP (670)": (f"{_M}variable_helical_pitch_has_several_numbers_in_one",),
    "Toshiba CT: old systems only dose screens (447, 480)": (
        f"{_M}a_picture_of_doses_is_no_report",
        f"{_C}a_secondary_capture_without_dose",
    ),
    "Toshiba cath lab: orientation (227)": (f"{_M}the_orientation_of_a_cath_lab_does_not_matter",),
    "Siemens CT: cumulative reports (625)": (f"{_M}cumulative_reports_tell_of_the_same_scans",),
    "Siemens CT: continued reports": (f"{_M}continued_reports_add_up",),
    "Siemens Intevo: tube current meaning wrong (380)": (f"{_M}intevo_means_tube_current_by_its_code",),
    "Siemens Zee: XML in a comment (432, 735)": (f"{_M}zee_xml_in_a_comment_is_never_parsed",),
    "Siemens Zee: units without dots, retired exposure time": (
        f"{_M}zee_units_have_no_dots_and_time_has_the_retired_code",
    ),
    "Siemens Arcadis Varic: private-coded Enhanced SR (433)": (f"{_M}arcadis_has_codes_of_its_own_and_no_events",),
    "Siemens dRF Max: RF and DX from one station (580, 613)": (f"{_M}drf_max_sends_both_modalities_from_one_station",),
    "GE CT: dose in Enhanced SR (463)": (
        f"{_M}ct_sends_an_enhanced_sr",
        f"{_M}another_enhanced_sr_is_no_dose_report",
    ),
    "GE OEC: misspelt, wrong types, unknown modifiers (739), no template (746)": (
        f"{_M}oec_spells_and_types_as_it_likes",
    ),
    "Philips Azurion: wrong device type, empty NumericValue (673)": (f"{_M}azurion_is_no_radiography_system",),
    "Philips Allura: private collimation data (446)": (f"{_M}allura_private_codes_and_pulses",),
    "Philips neuro: two planes": (f"{_M}neuro_has_two_planes",),
    "Philips Big Bore: empty target region (765)": (f"{_M}big_bore_target_region_is_empty",),
    "PixelMed GE: empty target region (518)": (f"{_M}pixelmed_target_region_is_an_empty_code",),
    "Philips Brilliance: missing time stamps (500)": (f"{_M}brilliance_tells_no_time", f"{_C}without_time_stamps"),
    "Philips Brilliance: DLP total optional (967)": (
        f"{_M}brilliance_without_total_is_summed_and_says_so",
        f"{_C}the_total_is_optional",
    ),
    "Carestream: comma-joined or multi-valued filters (431, 593)": (
        f"{_M}carestream_joins_filters",
        f"{_T}carestream_filters_and_text_in_numbers",
    ),
    "Hologic: own projections, laterality and AGD (411)": (f"{_M}hologic_side_and_glandular_dose",),
    "Varian: parts missing (681)": (f"{_M}varian_has_no_totals",),
    "Ziehm: parts missing (499, 769)": (f"{_M}ziehm_leaves_parts_out",),
    "Spectrum Dynamics: parts missing (865)": (f"{_M}spectrum_dynamics_is_ct",),
    "Opera Swing: calibration without date (770)": (f"{_M}opera_swing_calibration_has_no_date",),
    "DRGEM: decimals in whole-number fields (1033)": (
        f"{_M}drgem_writes_decimals_for_whole_numbers",
        f"{_T}drgem_writes_decimals_in_whole_fields",
    ),
    "Any: long code values (501)": (f"{_M}long_code_values",),
    "Any: wrong case in Procedure Reported (698)": (f"{_M}procedure_reported_in_another_case",),
    "Any: no date or time (568)": (f"{_M}no_date_and_no_time",),
    "Any: Modalities in Study twice (803)": (f"{_M}modalities_in_study_twice",),
    "Any: person names multi-valued (516)": (f"{_M}several_operators",),
    "Any: filter minimum above maximum (453)": (f"{_M}a_filter_upside_down",),
    "Any: text in numeric fields (645, 896)": (
        f"{_M}text_in_numbers_is_no_number",
        f"{_T}carestream_filters_and_text_in_numbers",
    ),
    "Any: mixed character sets (476)": (f"{_M}mixed_character_sets",),
    # of headers, captures and procedure steps
    "Toshiba Radrex: protocol in Image Comments (482)": (f"{_T}toshiba_radrex_keeps_the_protocol_in_the_comments",),
    "Fuji Go: procedure and protocol swapped (482)": (f"{_T}fuji_swaps_procedure_and_protocol",),
    "Siemens Multix: wrong-length tags (1006), filter data (905)": (f"{_T}siemens_multix_wrong_length",),
    "GE mammography: AGD in dGy": ("test_header.py::test_organ_dose_of_a_breast_is_in_dgy",),
    "GE mammography: glandularity in a comment, force in no standard unit": (f"{_T}ge_force_is_in_no_standard_unit",),
    "GE mammography: For Processing and For Presentation (628)": (f"{_T}one_exposure_with_or_without_its_event",),
    "Kodak DR 7500: distance in dm": (f"{_T}kodak_dr_7500_writes_decimetres",),
    "Philips Brilliance: dose capture": (f"{_C}each_acquisition_with_its_dose",),
    "Old rooms: dose in the procedure step": ("test_mpps.py::test_the_dose_of_an_old_room_is_the_total_of_the_step",),
}
