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
    Quantity(
        "inner_similarity",
        "Similarity deep in the organ",
        definition="Correlation ratio of structures of 2 to 15 mm, deeper than 6 mm in the organ and as far "
        "from treated tissue; 1 is alike up to contrast.",
        reference="Roche 1998, doi:10.1007/BFb0056301",
    ),
    Quantity(
        "inner_similarity_by_chance",
        "Similarity by chance",
        definition="The same with the images 15 mm out of step, mean of 14 directions.",
    ),
    Quantity(
        "jacobian",
        "Local volume change",
        definition="Factor by which small volumes of the organ change (least, 1 %, 99 %, largest).",
    ),
    Quantity(
        "vessel_mm_after",
        "Distance of vessels",
        "mm",
        "Distance between the vessel surfaces of both images, both ways, cut at 10 mm (mean, 95 %, largest).",
    ),
    Quantity(
        "inverse_consistency_mm",
        "Way missed there and back",
        "mm",
        "Distance by which points of the organ miss themselves after the way to the moving image and back by "
        "a coarser registration of its own (mean, 95 %, largest).",
    ),
    Quantity(
        "expected_error_mm",
        "Expected error",
        "mm",
        "Error of the registration expected in the organ, from an ensemble of runs and the structure of the "
        "images, calibrated on digital patients (mean, 95 %, largest).",
    ),
)
