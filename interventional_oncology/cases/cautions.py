"""What makes the numbers of a time point less certain, whatever is measured (design, section 3)."""

from collections.abc import Iterable

from ..images import cautions, touches_border
from .roles import LESION_ROLES
from .scans import Scans

#: Slices thicker than this cannot show a margin of 5 mm well.
THICK_SLICE_MM = 3.0
#: Start of the sentence on them.
THICK_SLICES = "slices thicker than"


def scan_cautions(scans: Iterable[Scans]) -> list[str]:
    """Return a sentence for what reading mended, each lesion mask that may be cut off, and thick slices."""
    found, thick = [], {}
    for one in scans:
        lesions = {role: mask for role, mask in one.masks.items() if role in LESION_ROLES}
        name = one.timepoint.name
        found += [f"{name}: {role}: {said}" for role, image in one.images.items() for said in cautions(image)]
        found += [
            f"{name}: the {role} mask touches the border of its image and may be cut off"
            for role, mask in lesions.items()
            if touches_border(mask)
        ]
        thickness_mm = max((max(mask.GetSpacing()) for mask in lesions.values()), default=0.0)
        if thickness_mm > THICK_SLICE_MM:
            thick[name] = f"{thickness_mm:.1f} mm ({name})"
    if thick:
        sizes = ", ".join(thick.values())
        found.append(f"{THICK_SLICES} {THICK_SLICE_MM:g} mm make sizes and margins less certain: {sizes}")
    return found
