"""Reject reasons: the shipped list is whole, and codes go to CID 7011 and back."""

import tomllib

import msgspec
import pytest

from iqs_tui import locations
from iqs_tui.domain.reasons import CID_7011, CID_10034, KEYS_IN_NUMPAD_ORDER, Detail, NoReject, Reason, ReasonList


@pytest.fixture(scope="module")
def shipped() -> ReasonList:
    text = locations.shipped("db", "reference", "reasons.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), ReasonList)


def a_list(*reasons: Reason) -> ReasonList:
    return ReasonList(
        version=1, source="test", reason=reasons, no_reject=(NoReject(code="fine", key="1", nl="Goed", en="Fine"),)
    )


def a_reason(code: str, key: str, cid7011: str = "111209", **more: object) -> Reason:
    return Reason(code=code, key=key, nl=code, en=code, cid7011=cid7011, **more)


class TestShipped:
    def test_every_answer_has_a_numpad_key_or_none(self, shipped: ReasonList) -> None:
        for reason in shipped.reason:
            assert reason.key in {"", *KEYS_IN_NUMPAD_ORDER, "0", "."}
            assert all(detail.key in KEYS_IN_NUMPAD_ORDER for detail in reason.detail)

    def test_every_code_of_cid_7011_is_understood(self, shipped: ReasonList) -> None:
        assert all(shipped.from_cid7011(code) is not None for code in CID_7011)

    def test_every_reason_maps_to_cid_7011(self, shipped: ReasonList) -> None:
        for reason in shipped.reason:
            for code in (reason.code, *(detail.code for detail in reason.detail)):
                assert shipped.cid7011(code) in CID_7011

    def test_a_brought_reason_has_words_in_both_languages(self, shipped: ReasonList) -> None:
        for cid7011 in CID_7011:
            code = shipped.from_cid7011(cid7011)
            assert shipped.label(code, "nl")
            assert shipped.label(code, "en")

    def test_labels(self, shipped: ReasonList) -> None:
        assert shipped.label("rotation") == "Rotatie / kanteling"
        assert shipped.label("rotation.patient") == "Rotatie / kanteling: patiënt gedraaid"
        assert shipped.label("rotation.patient", "en") == "Rotation / tilt: patient rotated"
        assert shipped.label("nothing.of.the.kind") is None
        assert shipped.label("rotation.gone") is None


class TestPerModality:
    """A CT is scanned again for other reasons than a radiograph."""

    def test_ct_has_its_own_nine_and_the_others_theirs(self, shipped: ReasonList) -> None:
        ct = [reason.code for reason in shipped.reasons_of("CT")]
        assert ct[-1] != "rotation" and {"ct_motion", "ct_contrast", "ct_range", "other"} <= set(ct)
        assert not set(ct) & {reason.code for reason in shipped.reasons_of("DX")} - {"other"}
        assert shipped.reasons_of("DX") == shipped.reasons_of(None) == shipped.reasons_of("MG")
        assert {kind.code for kind in shipped.no_reject_of("CT")} >= {"ct_multiphase", "ct_follow_up", "qc"}
        assert "ct_multiphase" not in {kind.code for kind in shipped.no_reject_of("DX")}

    def test_a_key_answers_within_its_modality(self, shipped: ReasonList) -> None:
        assert shipped.by_key("7").code == "rotation"
        assert shipped.by_key("7", "CT").code == "ct_motion"
        assert shipped.by_key("3", "CT") == shipped.by_key("3", "DX")

    def test_what_a_modality_brings_is_read_as_its_own(self, shipped: ReasonList) -> None:
        assert (shipped.from_cid7011("111210"), shipped.from_cid7011("111210", "CT")) == ("motion", "ct_motion")
        assert shipped.from_cid7011("111209", "CT") == "positioning"
        assert shipped.from_cid7011("111208", "CT") == shipped.from_cid7011("111208")

    def test_why_it_was_acquired_again_is_understood(self, shipped: ReasonList) -> None:
        assert [shipped.from_cid10034(code, "CT") for code in sorted(CID_10034)] == ["ct_motion", "ct_contrast"]
        assert shipped.from_cid10034("1") is None
        assert {reason.cid10034 for reason in shipped.reason} == {*CID_10034, None}

    def test_each_has_a_question_about_identity(self, shipped: ReasonList) -> None:
        assert shipped.identification_of("CT").code == "ct_identity"
        assert shipped.identification_of("CR").code == shipped.identification_of(None).code == "identity"

    def test_a_document_of_before_has_one_list_for_all(self) -> None:
        before = b"""{"version": 1, "source": "s", "no_reject": [{"code": "qc", "key": "1", "nl": "QC", "en": "QC"}],
            "reason": [{"code": "a", "key": "7", "nl": "A", "en": "A", "cid7011": "111209"}]}"""
        reasons = msgspec.json.decode(before, type=ReasonList)
        assert reasons.reasons_of("CT") == reasons.reasons_of("DX") == reasons.reason
        assert reasons.no_reject_of("CT") == reasons.no_reject
        assert reasons.identification_of("CT") is None

    def test_the_list_goes_over_the_wire_whole(self, shipped: ReasonList) -> None:
        assert msgspec.json.decode(msgspec.json.encode(shipped), type=ReasonList) == shipped


class TestLookup:
    def test_a_detail_may_have_a_code_of_its_own(self) -> None:
        detail = Detail(code="a.x", key="7", nl="x", en="x", cid7011="111210")
        reasons = a_list(a_reason("a", "7", detail=(detail, Detail(code="a.y", key="8", nl="y", en="y"))))
        assert reasons.cid7011("a.x") == "111210"
        assert reasons.cid7011("a.y") == "111209"
        assert reasons.from_cid7011("111210") == "a.x"

    def test_a_coarse_code_has_an_entry_without_a_key(self) -> None:
        reasons = a_list(a_reason("a", "7"), a_reason("b", "8"), a_reason("positioning", ""))
        assert reasons.from_cid7011("111209") == "positioning"

    def test_no_reject_has_no_cid_7011(self) -> None:
        assert a_list(a_reason("a", "7")).cid7011("fine") is None
        assert a_list(a_reason("a", "7")).label("fine") == "Goed"

    def test_a_retired_reason_keeps_its_words_and_loses_its_key(self) -> None:
        reasons = a_list(a_reason("old", "7", retired=True), a_reason("new", "7"))
        assert reasons.by_key("7").code == "new"
        assert reasons.label("old") == "old"


class TestRefusal:
    def test_one_key_is_one_reason(self) -> None:
        with pytest.raises(ValueError, match=r"reason\.key 7"):
            a_list(a_reason("a", "7"), a_reason("b", "7"))

    def test_one_key_is_one_reason_of_a_modality(self) -> None:
        a_list(a_reason("a", "7"), a_reason("b", "7", modality=("CT",)))
        with pytest.raises(ValueError, match=r"reason\.key of CT 7"):
            a_list(a_reason("a", "7", modality=("other", "CT")), a_reason("b", "7", modality=("CT",)))

    def test_one_code_is_one_reason(self) -> None:
        with pytest.raises(ValueError, match=r"reason\.code a"):
            a_list(a_reason("a", "7"), a_reason("a", "8"))

    def test_one_key_is_one_detail(self) -> None:
        details = (Detail(code="a.x", key="7", nl="x", en="x"), Detail(code="a.y", key="7", nl="y", en="y"))
        with pytest.raises(ValueError, match=r"detail\.key of a 7"):
            a_list(a_reason("a", "7", detail=details))
