"""``outline``: from a click to a mask on the grid of the image, corrections, refusals."""

import json

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cli.main import main


@pytest.fixture
def files(tmp_path):
    """Write an oblique scan with a dark lesion of 20 mm at RAS (10, -20, 30) and a mask around it."""
    size, spacing = (70, 64, 30), (1.0, 1.0, 2.0)
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    center_lps = np.array((-10.0, 20.0, 30.0))
    image = sitk.Image(size, sitk.sitkFloat32)
    image.SetSpacing(spacing)
    image.SetDirection(turn.ravel().tolist())
    image.SetOrigin((center_lps - turn @ ((np.array(size) - 1) / 2 * spacing)).tolist())
    k, j, i = np.indices(size[::-1], dtype=float)
    away = np.stack([i, j, k], axis=-1) * spacing - (np.array(size) - 1) / 2 * spacing
    inside = (away**2).sum(axis=-1) <= 10**2
    values = np.where(inside, 75, 100) + 8 * np.random.default_rng(2).standard_normal(inside.shape)
    for name, array in (("ct", values.astype(np.float32)), ("organ", (away[..., 0] < 4).astype(np.uint8))):
        written = sitk.GetImageFromArray(array)
        written.CopyInformation(image)
        sitk.WriteImage(written, str(tmp_path / f"{name}.nii.gz"))
    return tmp_path


def outline(files, *arguments: str) -> int:
    fixed = ("outline", "--image", str(files / "ct.nii.gz"), "--out", str(files / "mask.nii.gz"))
    return main([*fixed, *(argument.replace("{}", str(files)) for argument in arguments)])


def volume_ml(path) -> float:
    mask = sitk.ReadImage(str(path))
    return np.count_nonzero(sitk.GetArrayViewFromImage(mask)) * float(np.prod(mask.GetSpacing())) / 1000


def test_a_click_gives_a_mask_and_its_sizes(files, capsys):
    assert outline(files, "--seed-ras-mm", "12,-18,30", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["command"] == "outline"
    assert said["parameters"]["seed_ras_mm"] == [12, -18, 30]
    assert said["volume_ml"] == pytest.approx(4.19, rel=0.1)
    assert said["volume_ml"] == pytest.approx(volume_ml(files / "mask.nii.gz"))
    assert said["long_axis_mm"] == pytest.approx(20, abs=1.5)
    assert said["center_ras_mm"] == pytest.approx([10, -20, 30], abs=1)
    image, mask = sitk.ReadImage(str(files / "ct.nii.gz")), sitk.ReadImage(str(files / "mask.nii.gz"))
    assert mask.GetDirection() == pytest.approx(image.GetDirection(), abs=1e-6)
    assert mask.GetOrigin() == pytest.approx(image.GetOrigin(), abs=1e-4)


def test_the_organ_limits_and_clicks_correct(files, capsys):
    assert outline(files, "--seed-ras-mm", "10,-20,30", "--organ", "{}/organ.nii.gz") == 0
    inside_organ = volume_ml(files / "mask.nii.gz")
    assert inside_organ < 3.3
    (files / "mask.nii.gz").rename(files / "first.nii.gz")
    # The part beyond the organ: i grows along -R here.
    assert outline(files, "--previous", "{}/first.nii.gz", "--add-ras-mm", "10,-27,30") == 0
    added = volume_ml(files / "mask.nii.gz")
    assert added > inside_organ
    (files / "mask.nii.gz").rename(files / "second.nii.gz")
    assert outline(files, "--previous", "{}/second.nii.gz", "--remove-ras-mm=10,-27,30") == 0
    assert volume_ml(files / "mask.nii.gz") < added


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--seed-ras-mm", "500,0,0"), "the click: expected a point in the image"),
        (("--seed-ras-mm", "-8,-40,20"), "no lesion found at the click at RAS (-8.0, -40.0, 20.0)"),
        (("--seed-ras-mm", "1,2"), "expected a point as x,y,z in mm"),
        (("--seed-ras-mm", "1,2,nan"), "expected a point as x,y,z in mm"),
        ((), "expected a click in the lesion or a previous outline"),
        (("--seed-ras-mm", "10,-34,30", "--organ", "{}/organ.nii.gz"), "expected a point in the organ"),
        (("--seed-ras-mm", "10,-20,30", "--organ", "{}/none.nii.gz"), "none.nii.gz"),
    ],
)
def test_refusals_leave_nothing_behind(files, capsys, arguments, says):
    before = sorted(path.name for path in files.iterdir())
    assert outline(files, *arguments) == 2
    assert says in capsys.readouterr().err
    assert sorted(path.name for path in files.iterdir()) == before


def test_an_earlier_mask_is_kept(files, capsys):
    (files / "mask.nii.gz").write_text("earlier")
    assert outline(files, "--seed-ras-mm", "10,-20,30") == 2
    assert (files / "mask.nii.gz").read_text() == "earlier"
    assert outline(files, "--seed-ras-mm", "10,-20,30", "--overwrite") == 0
    assert volume_ml(files / "mask.nii.gz") > 3
