"""Terminology entries as Slicer writes them."""

import pytest

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.terminology import Code, check_terminology, terminology_entry

CATEGORY = Code("SCT", "49755003", "Morphologically Altered Structure")
TYPE = Code("SCT", "4147007", "Mass")
# Written by Slicer's terminology selector for a mass.
SLICERS_OWN = (
    "Segmentation category and type - 3D Slicer General Anatomy list~SCT^49755003^Morphologically Altered "
    "Structure~SCT^4147007^Mass~^^~Anatomic codes - DICOM master list~^^~^^"
)


def test_it_is_the_entry_slicer_writes():
    assert terminology_entry(CATEGORY, TYPE) == SLICERS_OWN


def test_a_region_stands_in_the_sixth_part():
    entry = terminology_entry(CATEGORY, TYPE, region=Code("SCT", "10200004", "Liver"))
    assert entry.split("~")[5] == "SCT^10200004^Liver"


@pytest.mark.parametrize("meaning", ["a~b", "a^b"])
def test_separators_in_a_text_are_refused(meaning):
    with pytest.raises(InputError, match="expected a terminology entry of 7 parts"):
        terminology_entry(CATEGORY, Code("99X", "1", meaning))


@pytest.mark.parametrize("entry", ["", "Mass", SLICERS_OWN + "~", SLICERS_OWN.replace("Mass", "Mass^x")])
def test_other_texts_are_refused(entry):
    with pytest.raises(InputError, match="expected a terminology entry of 7 parts"):
        check_terminology(entry)
