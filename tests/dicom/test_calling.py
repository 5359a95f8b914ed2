"""Calling others with pynetdicom: the answer is for who asked."""

from pynetdicom.sop_class import Verification

from tests.dicom.listening import MemoryInbox, associated, listening


def test_the_association_s_own_thread_takes_no_answer_away():
    with listening(MemoryInbox()) as port, associated(port, Verification) as association:
        association.dimse.msg_queue.put((1, "answer"))
        assert association.dimse.get_msg(block=False) == (None, None)
        assert association.dimse.get_msg(block=True) == (1, "answer")
        assert association.send_c_echo().Status == 0x0000
