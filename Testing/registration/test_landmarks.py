"""Landmark files and the rigid fit."""

from pathlib import Path

import numpy as np
import pytest
from known_abdomen import apply, rigid_motion

from interventional_oncology.errors import InputError
from interventional_oncology.registration import read_landmarks
from interventional_oncology.registration.first_guess import rigid_fit

HEADER = "fixed_x,fixed_y,fixed_z,moving_x,moving_y,moving_z\n"
ROWS = "0,0,0,1,2,3\n50,0,0,51,2,3\n0,50,0,1,52,3\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "points.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_in_any_order_and_a_byte_order_mark(tmp_path: Path) -> None:
    plain = read_landmarks(written(tmp_path, HEADER + ROWS))
    assert plain.shape == (3, 6)
    assert plain[1].tolist() == [50, 0, 0, 51, 2, 3]
    turned = "\ufeffmoving_x,fixed_y,fixed_z,fixed_x,moving_y,moving_z\n"
    turned += "1,0,0,0,2,3\n51,0,0,50,2,3\n1,50,0,0,52,3\n"
    np.testing.assert_array_equal(read_landmarks(written(tmp_path, turned)), plain)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected the columns"),
        (HEADER.replace("moving_z", "moving_w") + ROWS, "expected the columns"),
        (HEADER.strip() + ",name\n" + ROWS, "expected the columns"),
        (HEADER, "at least 3 landmark pairs, got 0"),
        (HEADER + "0,0,0,1,2,3\n50,0,0,51,2,3\n", "at least 3 landmark pairs, got 2"),
        (HEADER + ROWS.replace("51", "nan"), "finite"),
        (HEADER + ROWS.replace("51", "inf"), "finite"),
        (HEADER + ROWS.replace("51", "left"), "six numbers in line 3"),
        (HEADER + ROWS + "4,5\n", "six numbers in line 5"),
        (HEADER + ROWS + "4,5,6,7,8,9,10\n", "six numbers in line 5"),
        (HEADER + "0,0,0,1,2,3\n50,0,0,51,2,3\n90,0.1,0,91,2,3\n", "off one line"),
        (HEADER + "0,0,0,1,2,3\n50,0,0,1,2,3\n0,50,0,1,2,3\n", "got moving points"),
    ],
)
def test_refused_files_are_named_with_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError, match=message) as refusal:
        read_landmarks(path)
    assert str(path) in str(refusal.value)


def test_missing_and_binary_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found nothing there"):
        read_landmarks(tmp_path / "none.csv")
    (tmp_path / "image.csv").write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match="cannot be read"):
        read_landmarks(tmp_path / "image.csv")


def test_rigid_fit_recovers_a_motion_and_never_mirrors() -> None:
    truth = rigid_motion((20.0, -30.0, 50.0), (5.0, -60.0, 12.0))
    fixed = np.random.default_rng(0).uniform(-80, 80, (5, 3))
    found = rigid_fit(fixed, apply(truth, fixed), np.array([7.0, 8.0, 9.0]))
    np.testing.assert_allclose(found.apply(fixed), apply(truth, fixed), atol=1e-9)
    mirrored = rigid_fit(fixed, fixed * [-1.0, 1.0, 1.0], np.zeros(3))
    assert np.linalg.det(mirrored.matrix) == pytest.approx(1.0)
    flat = fixed * [1.0, 1.0, 0.0]  # points in a plane fix a rigid motion, too
    np.testing.assert_allclose(
        rigid_fit(flat, apply(truth, flat), np.zeros(3)).apply(flat), apply(truth, flat), atol=1e-9
    )
