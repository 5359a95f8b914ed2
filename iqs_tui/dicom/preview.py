"""The decoding process: a DICOM file comes in over standard input, a picture goes out over standard output.

`python -m iqs_tui.dicom.preview`, one process per image, so that a file which breaks a decoder breaks nothing else. It
has limits on memory, time and files before it looks at the first byte, and knows no database.

Out goes `width height`, a newline and a JPEG; a file that cannot be decoded ends it with an exit status of its own.
"""

import os
import resource
import signal
import sys
from io import BytesIO

CANNOT_DECODE = 3
"""Exit status: the pixels do not fit their header, or the decoder refuses them."""
OUT_OF_MEMORY = 4
LONGEST_SIDE = 1024
"""Of a picture, in pixels."""
SECONDS = 60
"""How long one image may take, by the clock; half of it is allowed of processor time."""

_MEMORY_BYTES = 2 * 1024**3
"""Address space; a decoded mammogram of 27 million pixels takes 0.6 GB."""


def main() -> int:
    """Decode one image; return the exit status."""
    _limit()
    try:
        from iqs_tui.dicom.rendering import render

        width, height, picture = render(BytesIO(sys.stdin.buffer.read()))
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception:  # noqa: BLE001 (the border: a decoder may raise anything)
        return CANNOT_DECODE
    sys.stdout.buffer.write(f"{width} {height}\n".encode() + picture)
    sys.stdout.buffer.flush()
    return 0


def _limit() -> None:
    """Take away what decoding does not need; receiving goes first."""
    os.nice(10)
    signal.alarm(SECONDS)
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, SECONDS // 2),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main())
