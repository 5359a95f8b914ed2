"""pynetdicom as a caller (SCU): every answer goes to who waits for it. `associate(evt_handlers=CALLER)`."""

from pynetdicom import evt
from pynetdicom.events import Event, EventHandlerType


def _leave_answers(event: Event) -> None:
    """Let the association's own thread take no message: it looks for requests, and who only calls gets none.

    pynetdicom pauses that thread while an answer is waited for, but it says that it is paused just before it is. So on
    a busy machine it takes an answer away, or the word that the peer is gone, and the caller waits in vain.
    """
    messages = event.assoc.dimse
    get = messages.get_msg
    messages.get_msg = lambda block=False: get(block=True) if block else (None, None)


CALLER: list[EventHandlerType] = [(evt.EVT_ACCEPTED, _leave_answers)]
