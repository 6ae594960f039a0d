"""What the numbers of an ablation margin mean."""

from ..quantities import Quantity

# Terms of Ahmed 2014 (doi:10.1148/radiol.14132958); the definition of the minimal margin in 3-D follows
# Puijk 2021 (SIO-DATECAN, doi:10.1148/radiol.2021203715; from memory, not checked).
_TERMS = "Ahmed 2014, doi:10.1148/radiol.14132958"

QUANTITIES = (
    Quantity(
        "minimal_margin_mm",
        "Minimal margin",
        "mm",
        "Least signed distance from the tumor surface to the surface of the ablation zone, negative where "
        "tumor is outside; the surface near the organ border is left out.",
        _TERMS,
    ),
    Quantity(
        "minimal_margin_whole_surface_mm",
        "Minimal margin, organ border included",
        "mm",
        "The same over the whole tumor surface.",
        _TERMS,
    ),
    Quantity("mean_margin_mm", "Mean margin", "mm", "Mean of the margin over the judged surface, by area."),
    Quantity(
        "surface_fraction",
        "Surface by margin",
        definition="Parts of the judged tumor surface, by area: below 0 mm, from 0 mm to the margin wanted, "
        "from there on.",
    ),
    Quantity(
        "volume_fraction_covered",
        "Tumor volume covered",
        definition="Part of the tumor volume that lies inside the ablation zone.",
    ),
    Quantity(
        "uncovered_volume_ml", "Tumor volume not covered", "ml", "Tumor volume outside the ablation zone."
    ),
    Quantity(
        "excluded_subcapsular_fraction",
        "Surface at the organ border",
        definition="Part of the tumor surface near the organ border, where no margin can be gained and none "
        "is judged.",
    ),
    Quantity(
        "probability_minimal_margin_at_least_threshold",
        "Probability of the margin wanted",
        definition="Part of the shifts by the given registration error that leave the margin wanted.",
    ),
)
