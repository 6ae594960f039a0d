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
        "surface_fraction_at_least",
        "Surface with at least a margin",
        definition="Parts of the judged tumor surface, by area, with at least each of some margins (mm).",
    ),
    Quantity("percentiles_mm", "Percentiles of the margin", "mm", "Over the judged surface, by area."),
    Quantity(
        "volume_fraction_covered",
        "Tumor volume covered",
        definition="Part of the tumor volume that lies inside the ablation zone.",
    ),
    Quantity(
        "uncovered_volume_ml", "Tumor volume not covered", "ml", "Tumor volume outside the ablation zone."
    ),
    Quantity(
        "residual_sites",
        "Sites of tumor left",
        definition="Connected pieces of tumor outside the ablation zone: center, volume, depth, "
        "and the direction in which the zone has to grow.",
    ),
    Quantity(
        "subcapsular_fraction",
        "Surface within reach of the organ border",
        definition="Part of the tumor surface nearer to the organ border than the reach, or outside it.",
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
        definition="Probability that the true minimal margin is at least the one wanted, given the measured "
        "margins, the registration error and the errors of both outlines.",
    ),
    Quantity(
        "minimal_margin_interval_mm",
        "Minimal margin, 90 % interval",
        "mm",
        "Holds the true minimal margin in about 90 of 100 simulated cases; of wholly even margins in 80, and "
        "those it misses are larger.",
        "posterior of the true margin map, given the measured one and its errors",
    ),
    Quantity(
        "minimal_margin_median_mm",
        "Minimal margin, errors considered",
        "mm",
        "Median of the true minimal margin; the measured one is the least of noisy values, so it is low.",
    ),
    Quantity(
        "smallest_provable_margin_mm",
        "Smallest margin that proves coverage",
        "mm",
        "Measured smaller than this, a minimal margin does not prove coverage: the probability that the true "
        "one is above 0 is less than 95 %.",
    ),
    Quantity("dice", "Dice of tumor and zone", "", "Overlap by voxels.", "Dice 1945, doi:10.2307/1932409"),
    Quantity(
        "surface_dice",
        "Surface Dice",
        definition="Area of both surfaces within the margin wanted of the other one, over the area of both.",
        reference="Nikolov 2021, doi:10.2196/26151",
    ),
    Quantity(
        "hausdorff95_mm",
        "Hausdorff distance, 95 %",
        "mm",
        "Distance to the other surface that 95 % of the area does not exceed, the larger of both ways.",
    ),
    Quantity(
        "eccentricity_mm",
        "Eccentricity",
        "mm",
        "Distance of the centers of mass of tumor and zone.",
    ),
)
