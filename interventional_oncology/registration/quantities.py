"""What the numbers of a registration mean."""

from ..quantities import Quantity

QUANTITIES = (
    Quantity(
        "similarity_after",
        "Similarity",
        definition="Normalized cross-correlation of the two images where they are compared, with the "
        "intensities of the files; 1 is alike up to brightness and contrast.",
    ),
    Quantity(
        "structure_similarity",
        "Similarity of structures",
        definition="The same with both images smoothed by 2 mm, so that noise counts less; for the verdict. "
        "Without an organ mask: inside the body, in a window for soft tissue.",
    ),
    Quantity(
        "dice_after",
        "Organ overlap (Dice)",
        definition="Twice the shared volume of the two organ outlines over the sum of their volumes.",
        reference="Dice 1945, doi:10.2307/1932409",
    ),
    Quantity("tre_mm_after", "Landmark error", "mm", "Distance of the landmark pairs (mean, 95 %, largest)."),
    Quantity(
        "displacement_mm",
        "Displacement",
        "mm",
        "Distance by which points are moved where the images are compared (mean, 95 %, largest).",
    ),
    Quantity(
        "jacobian_min",
        "Smallest local volume change",
        definition="Least factor by which a small volume changes; 0 or less means folded space.",
    ),
    Quantity("folding_fraction", "Folded space", definition="Part of the image where space is folded."),
)
