"""Small patients of each kind, made once."""

from functools import cache

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.phantom import Patient, PhantomParameters, make_patient
from interventional_oncology.phantom.anatomy import make_anatomy
from interventional_oncology.phantom.tumors import place_tumors


@cache
def _made(**asked) -> Patient:
    return make_patient(PhantomParameters(**{"size": (64, 64, 48), **asked}))


@cache
def _focused(**asked) -> Patient:
    parameters = PhantomParameters(**asked)
    first = place_tumors(make_anatomy(parameters.seed), parameters)[0]
    return _made(
        **{
            "size": (56, 56, 40),
            "spacing_mm": (1.5, 1.5, 2.5),
            "center_lps_mm": first.shape.center_lps_mm,
            **asked,
        }
    )


@pytest.fixture(scope="session")
def patient_of():
    """``patient_of(treatment="ire", ...)``: the whole abdomen on a 64 x 64 x 48 grid."""
    return _made


@pytest.fixture(scope="session")
def focused_patient_of():
    """As ``patient_of``, around the first tumor with 1.5 x 1.5 x 2.5 mm voxels."""
    return _focused


@pytest.fixture(scope="session")
def array_of():
    """Return the array of an image as float64 (or bool for masks)."""

    def read(image: sitk.Image) -> np.ndarray:
        array = sitk.GetArrayFromImage(image)
        return array.astype(bool) if array.dtype == np.uint8 else array.astype(np.float64)

    return read
