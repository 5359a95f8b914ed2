"""Errors as the log may hold them: their kind and place, never their message, which may be a patient's data."""

import traceback


def whereabouts(error: BaseException) -> str:
    """Return the kind of an error and the place in the code it came from: `KeyError at header.py:31`."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
