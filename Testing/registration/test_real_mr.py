"""Real abdominal MR: the same patient 126 days apart, T2 with 8 mm slices and different fields of view."""

import zipfile
from pathlib import Path

import pytest

from interventional_oncology.images import read_image
from interventional_oncology.registration import register

ARCHIVE = "images/cmb_crc_liver_mr_pair/CMB-CRC-MSB-06489_T2_ADC_two_timepoints_dicom.zip"


@pytest.mark.data
def test_rigid_brings_t2_to_t2(shared_data: Path, tmp_path: Path) -> None:
    archive = shared_data / ARCHIVE
    if not archive.is_file():
        pytest.skip(f"the real MR pair is not here: {ARCHIVE}")
    with zipfile.ZipFile(archive) as stored:
        stored.extractall(tmp_path)
    baseline = read_image(tmp_path / "1959-12-09_baseline" / "t2_image")
    followup = read_image(tmp_path / "1960-04-13_followup" / "t2_image")
    quality = register(baseline, followup, method="rigid").quality
    # Correlation of the intensities as they are, on the baseline grid, where both images have voxels.
    assert quality.similarity_before < 0.6
    assert quality.similarity_after >= 0.85
    assert quality.overlap_fraction > 0.7
