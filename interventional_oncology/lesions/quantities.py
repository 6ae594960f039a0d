"""What the numbers of a lesion mean: the columns of ``lesions.csv`` and the measurements beside them."""

from ..quantities import Quantity

_RECIST = "Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026"
_MRECIST = "Lencioni and Llovet 2010, doi:10.1055/s-0030-1247132"
_LONG_AXIS, _SHORT_AXIS = ("SCT", "103339001", "Long axis"), ("SCT", "103340004", "Short axis")
_VOLUME = ("SCT", "118565006", "Volume")

QUANTITIES = (
    Quantity("patient_id", "Patient", definition="Identifier of the patient."),
    Quantity("date", "Date", definition="Day of the examination."),
    Quantity("lesion_id", "Lesion", definition="Identifier of the lesion, the same at each visit."),
    Quantity("role", "Role", definition="Target, non-target or new lesion.", reference=_RECIST),
    Quantity("organ", "Organ", definition="Organ in which the lesion lies."),
    Quantity(
        "is_node", "Lymph node", definition="Whether the lesion is a lymph node, measured by its short axis."
    ),
    Quantity("state", "State", definition="What was found of the lesion at this visit.", reference=_RECIST),
    Quantity(
        "long_axis_mm", "Long axis", "mm", "Longest diameter in an acquired slice.", _RECIST, _LONG_AXIS
    ),
    Quantity(
        "short_axis_mm",
        "Short axis",
        "mm",
        "Longest diameter at right angles to the long axis, in the same slice.",
        _RECIST,
        _SHORT_AXIS,
    ),
    Quantity(
        "viable_long_axis_mm",
        "Viable long axis",
        "mm",
        "Longest diameter of tissue that enhances in the arterial phase, not crossing major necrosis.",
        _MRECIST,
        _LONG_AXIS,
    ),
    Quantity(
        "viable_short_axis_mm",
        "Viable short axis",
        "mm",
        "Longest diameter of enhancing tissue at right angles to the viable long axis, in the same slice.",
        _MRECIST,
        _SHORT_AXIS,
    ),
    Quantity("volume_ml", "Volume", "ml", "Sum of the voxels of the lesion.", "", _VOLUME),
    Quantity(
        "viable_volume_ml",
        "Viable volume",
        "ml",
        "Sum of the voxels of the lesion that enhance in the arterial phase.",
        "",
        _VOLUME,
    ),
    Quantity(
        "mean_hu",
        "Mean attenuation",
        "HU",
        "Mean of the image in the lesion; of another modality than CT, in the units of that image.",
        "",
        ("DCM", "112031", "Attenuation Coefficient"),
    ),
    Quantity(
        "sul_peak",
        "SUL peak",
        "g/ml",
        "Highest mean of a sphere of 1 ml of the uptake normalized to lean body mass.",
        "Wahl 2009, doi:10.2967/jnumed.108.057307",
    ),
    Quantity("in_treated_field", "In treated field", definition="Whether the lesion was treated locally."),
    Quantity(
        "longest_diameter_mm",
        "Longest diameter in space",
        "mm",
        "Longest straight line in the lesion in any direction.",
        "",
        ("SCT", "81827009", "Diameter"),
    ),
    Quantity(
        "measurable",
        "Measurable",
        definition="Whether the lesion is large enough for a target: 10 mm, or twice a slice above 5 mm.",
        reference=_RECIST,
    ),
    Quantity("measurable_reason", "Why", definition="Why the lesion is measurable or is not."),
    Quantity("touches_border", "Cut off", definition="Whether the lesion reaches the border of the volume."),
    Quantity("slice_index", "Slice", definition="Number of the slice in which the long axis lies, from 0."),
    Quantity("baseline_id", "Baseline lesion", definition="Number of the lesion in the baseline mask."),
    Quantity("followup_id", "Follow-up lesion", definition="Number of the lesion in the follow-up mask."),
    Quantity(
        "relation",
        "Relation",
        definition="Whether a lesion is the same, has split, merged or vanished, or is new.",
    ),
    Quantity(
        "overlap",
        "Overlap",
        definition="Common volume over that of the smaller lesion, after registration.",
    ),
    Quantity(
        "center_distance_mm",
        "Distance of the centers",
        "mm",
        "Distance of the centers of mass, after registration.",
    ),
    Quantity("baseline_ml", "Volume at baseline", "ml", "Sum of the voxels at baseline.", "", _VOLUME),
    Quantity("followup_ml", "Volume at follow-up", "ml", "Sum of the voxels at follow-up.", "", _VOLUME),
    Quantity(
        "certainty",
        "Certainty",
        definition="Whether the match is sure, is to be checked, or was decided by the reader.",
    ),
)
