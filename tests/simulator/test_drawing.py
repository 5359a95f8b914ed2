"""Pretend images show what they say, and what is wrong with a rejected one shows too."""

import numpy as np
import pytest

from iqs_tui.simulator.anatomy import FIGURES
from iqs_tui.simulator.drawing import BITS, SIDE, projection
from iqs_tui.simulator.flaws import CUT_OFF, MOVED, NO_FLAW, OFF_CENTRE, OVER, TILTED, UNDER, Flaw

TOP = (1 << BITS) - 1


def drawn(figure: str, flaw: Flaw | None = None, side: str = "U", name: str = "1.2") -> np.ndarray:
    return np.frombuffer(projection(figure, side, name, flaw), "<u2").reshape(SIDE, SIDE).astype(float)


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_is_something_to_look_at(figure: str) -> None:
    image = drawn(figure)
    assert image.max() <= TOP
    shown = image > 0.15 * TOP
    assert 0.1 < shown.mean() < 0.95
    assert image[shown].std() > 0.04 * TOP


def test_one_name_is_one_image_and_patients_differ() -> None:
    assert np.array_equal(drawn("knee"), drawn("knee"))
    assert len({projection("knee", "R", f"1.2.{n}", None) for n in range(20)}) > 3


@pytest.mark.parametrize("flaw", [TILTED, CUT_OFF, OFF_CENTRE, MOVED, OVER, UNDER])
def test_a_flaw_shows(flaw: Flaw) -> None:
    good, bad = drawn("knee"), drawn("knee", flaw)
    assert abs(good - bad).mean() > 0.01 * TOP
    assert drawn("knee", NO_FLAW).tolist() == good.tolist()


def test_how_the_flaws_show() -> None:
    good = drawn("chest")
    assert edges(drawn("chest", MOVED)) < 0.8 * edges(good)
    assert (drawn("chest", OVER) == 0).mean() > 2 * (good == 0).mean()
    assert roughness(drawn("chest", UNDER)) > 3 * roughness(good)
    assert not drawn("chest", CUT_OFF)[: SIDE // 10].any()
    assert middle(drawn("hand", OFF_CENTRE)) < middle(drawn("hand")) - SIDE / 10


def test_a_side_has_its_letter() -> None:
    corner = slice(0, SIDE // 8)
    assert drawn("knee", side="R")[corner, corner].max() == TOP
    assert drawn("knee", side="L")[corner, -SIDE // 8 :].max() == TOP
    assert drawn("hand", side="U")[corner, corner].max() < TOP / 2


def edges(image: np.ndarray) -> float:
    """Return how sharp bones stand out, beyond the noise of single pixels."""
    coarse = image.reshape(SIDE // 4, 4, SIDE // 4, 4).mean(axis=(1, 3))
    return float(np.percentile(abs(np.diff(coarse, axis=1)), 95))


def roughness(image: np.ndarray) -> float:
    return float(np.median(abs(np.diff(image[SIDE // 2 :], axis=1))))


def middle(image: np.ndarray) -> float:
    """Return the column of the centre of mass."""
    return float((image.sum(axis=0) * np.arange(SIDE)).sum() / image.sum())
