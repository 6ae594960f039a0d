"""Transform files, and the linear map that a transform means at the start of a registration."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import LIVER_CENTER_MM, Scan, apply, breath, filled, grid, points_mm, rigid_motion

from interventional_oncology.errors import InputError
from interventional_oncology.registration.initial_transform import linear_of
from interventional_oncology.registration.transform_files import read_transform

POINTS = np.random.default_rng(9).uniform(-60.0, 60.0, (40, 3))
CENTER_MM = np.array([10.0, -20.0, 30.0])


def affine() -> sitk.AffineTransform:
    made = sitk.AffineTransform(3)
    made.SetMatrix([1.05, 0.1, 0.0, -0.1, 0.95, 0.05, 0.02, 0.0, 0.9])
    made.SetTranslation((5.0, -20.0, 9.0))
    return made


def field() -> sitk.DisplacementFieldTransform:
    where = grid((50, 46, 40), (5.0, 5.0, 5.0), center_mm=(0.0, 0.0, 0.0))
    at = points_mm(where)
    vectors = sitk.GetImageFromArray((breath(at) - at).reshape(40, 46, 50, 3), isVector=True)
    vectors.CopyInformation(where)
    return sitk.DisplacementFieldTransform(vectors)


class TestReading:
    @pytest.mark.parametrize(
        ("transform", "suffix", "name"),
        [
            (rigid_motion((3.0, 2.0, 1.0), (4.0, 5.0, 6.0)), ".h5", "Euler3DTransform"),
            (rigid_motion((3.0, 2.0, 1.0), (4.0, 5.0, 6.0)), ".tfm", "Euler3DTransform"),
            (affine(), ".txt", "AffineTransform"),
            (affine(), ".mat", "AffineTransform"),
            (sitk.CompositeTransform([affine(), affine()]), ".h5", "CompositeTransform"),
            (field(), ".h5", "DisplacementFieldTransform"),
        ],
    )
    def test_kinds_and_files(self, tmp_path: Path, transform: sitk.Transform, suffix: str, name: str) -> None:
        path = tmp_path / f"start{suffix}"
        sitk.WriteTransform(transform, str(path))
        read = read_transform(path)
        assert read.GetName() == name
        np.testing.assert_allclose(apply(read, POINTS), apply(transform, POINTS), atol=1e-9)

    def refused(self, path: Path) -> str:
        with pytest.raises(InputError) as refusal:
            read_transform(path)
        assert str(path) in str(refusal.value)
        assert "\n" not in str(refusal.value)
        return str(refusal.value)

    def test_nothing_there(self, tmp_path: Path) -> None:
        assert "found nothing there" in self.refused(tmp_path / "none.h5")
        assert "found nothing there" in self.refused(tmp_path)

    @pytest.mark.parametrize("name", ["start.h5", "start.tfm", "start.txt", "start.mat"])
    def test_not_a_transform(self, tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
        for content in (b"", b"hello", bytes(range(256))):
            (tmp_path / name).write_bytes(content)
            assert "one that cannot be read" in self.refused(tmp_path / name)
        assert capfd.readouterr() == ("", "")  # ITK's own lines stay away from people and JSON

    def test_an_image(self, tmp_path: Path, fixed: Scan) -> None:
        sitk.WriteImage(fixed.liver, str(tmp_path / "liver.nii.gz"))
        assert "expected an ITK transform file (.h5" in self.refused(tmp_path / "liver.nii.gz")

    def test_two_dimensions(self, tmp_path: Path) -> None:
        sitk.WriteTransform(sitk.Euler2DTransform(), str(tmp_path / "flat.tfm"))
        assert "expected a 3-D transform, got a 2-D one" in self.refused(tmp_path / "flat.tfm")

    def test_numbers_that_are_not_finite(self, tmp_path: Path) -> None:
        sitk.WriteTransform(affine(), str(tmp_path / "start.tfm"))
        text = (tmp_path / "start.tfm").read_text()
        (tmp_path / "start.tfm").write_text(text.replace("-20", "nan"))
        assert "not finite" in self.refused(tmp_path / "start.tfm")
        broken = affine()
        broken.SetTranslation((np.nan, 0.0, 0.0))
        warp = field()
        values = sitk.GetArrayFromImage(warp.GetDisplacementField())
        values[3, 4, 5, 1] = np.inf
        vectors = sitk.GetImageFromArray(values, isVector=True)
        for transform in (
            broken,
            sitk.CompositeTransform([affine(), sitk.DisplacementFieldTransform(vectors)]),
        ):
            sitk.WriteTransform(transform, str(tmp_path / "start.h5"))
            assert "with some that are not" in self.refused(tmp_path / "start.h5")

    @pytest.mark.parametrize(("scale", "what"), [(-1.0, "mirrors"), (0.0, "flattens")])
    def test_no_map_of_a_body(self, tmp_path: Path, scale: float, what: str) -> None:
        odd = sitk.AffineTransform(3)
        odd.SetMatrix([scale, 0, 0, 0, 1, 0, 0, 0, 1])
        sitk.WriteTransform(odd, str(tmp_path / "odd.tfm"))
        assert f"got one that {what} space" in self.refused(tmp_path / "odd.tfm")


class TestLinear:
    region = filled(
        grid(), (np.linalg.norm(points_mm(grid()) - LIVER_CENTER_MM, axis=1) < 45).astype(np.uint8)
    )

    @pytest.mark.parametrize(
        "transform",
        [
            sitk.Transform(),
            sitk.TranslationTransform(3, (1.0, 2.0, 3.0)),
            rigid_motion((20.0, -30.0, 50.0), (5.0, -60.0, 12.0)),
            sitk.CompositeTransform([affine(), rigid_motion((20.0, -30.0, 50.0), (5.0, -60.0, 12.0))]),
        ],
    )
    def test_linear_ones_are_taken_as_they_are(self, transform: sitk.Transform) -> None:
        found = linear_of(transform, CENTER_MM, self.region)
        np.testing.assert_allclose(found.apply(POINTS), apply(transform, POINTS), atol=1e-9)
        np.testing.assert_array_equal(found.center_mm, CENTER_MM)

    def test_the_rigid_part_turns_and_keeps_the_center(self) -> None:
        found = linear_of(affine(), CENTER_MM, self.region, rigid=True)
        np.testing.assert_allclose(found.matrix.T @ found.matrix, np.eye(3), atol=1e-12)
        np.testing.assert_allclose(found.apply(CENTER_MM[None]), apply(affine(), CENTER_MM[None]), atol=1e-9)
        motion = rigid_motion((20.0, -30.0, 50.0), (5.0, -60.0, 12.0))
        same = linear_of(motion, CENTER_MM, self.region, rigid=True)
        np.testing.assert_allclose(same.apply(POINTS), apply(motion, POINTS), atol=1e-9)
        assert same.transform(rigid=True).GetName() == "Euler3DTransform"

    def test_of_a_deformable_one_the_nearest_affine_map_in_the_region(self) -> None:
        found = linear_of(field(), CENTER_MM, self.region)
        inside = points_mm(self.region)[sitk.GetArrayFromImage(self.region).ravel() > 0][::5]
        left = np.linalg.norm(found.apply(inside) - apply(field(), inside), axis=1)
        elsewhere = linear_of(field(), CENTER_MM, grid_ones())
        worse = np.linalg.norm(elsewhere.apply(inside) - apply(field(), inside), axis=1)
        moves = np.linalg.norm(inside - apply(field(), inside), axis=1)
        assert left.mean() < 0.4 * moves.mean()
        assert np.mean(left**2) < np.mean(worse**2)

    def test_a_region_of_one_voxel_does_not_break_it(self) -> None:
        one = filled(grid(), np.zeros(64 * 56 * 44, np.uint8))
        one[30, 20, 20] = 1
        found = linear_of(field(), CENTER_MM, one)
        assert np.isfinite(found.matrix).all()
        assert np.linalg.det(found.matrix) > 0.5


def grid_ones() -> sitk.Image:
    return filled(grid(), np.ones(64 * 56 * 44, np.uint8))
