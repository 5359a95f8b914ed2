"""A signal that comes at any moment ends the wait."""

import signal
import subprocess
import sys

from iqs_tui.node.ending import Ending
from tests.waiting import PATIENCE_S

_UNDER_FIRE = """
import random, signal
from iqs_tui.node.ending import Ending
signal.signal(signal.SIGALRM, lambda *_: ended.set())
for _ in range(1500):
    ended = Ending()
    signal.setitimer(signal.ITIMER_REAL, random.uniform(0.000005, 0.0002))
    while not ended.wait(0.00001):
        pass
print("ended")
"""
"""A signal somewhere in a short wait, 1,500 times: an event that locks hangs at one of the first hundreds."""


def test_a_wait_ends_when_it_is_told_and_stays_so() -> None:
    ended = Ending()
    assert not ended.wait(0)
    ended.set()
    assert ended.wait(60)
    assert ended.wait(0)


def test_a_signal_in_the_thread_that_waits_never_locks_it() -> None:
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL
    done = subprocess.run([sys.executable, "-c", _UNDER_FIRE], capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.stdout == "ended\n", done.stderr
