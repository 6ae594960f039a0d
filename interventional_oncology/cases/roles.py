"""The words a case may use: what an image, a mask and a treatment are called."""

import re

#: Image roles by modality, in the order in which a pair for registration is preferred.
CT_ROLES = ("ct_portal", "ct_arterial", "ct_native", "ct_delayed")
MR_ROLES = ("portal", "hepatobiliary", "arterial", "delayed", "t1", "native_t1", "t2", "dwi", "adc")
IMAGE_ROLES = CT_ROLES + MR_ROLES
# A diffusion series holds one volume a b-value: dwi_b50, dwi_b800 (s/mm2).
_DIFFUSION = re.compile(r"dwi_b\d+")

#: Organs a treated lesion may lie in, the most likely first.
ORGAN_ROLES = (
    "liver", "kidney", "lung", "pancreas", "prostate", "brain", "bone", "adrenal", "spleen", "organ",
)  # fmt: skip
#: Lesions and what a treatment left; ``tumor`` and ``viable`` may hold one label per lesion.
LESION_ROLES = ("tumor", "viable", "ablation")
SURROUNDING_ROLES = (
    "body", "vessels", "portal_veins", "hepatic_veins", "kidneys", "lungs", "stomach", "bowel", "gallbladder",
    "spine", "ribs", "lobe",
)  # fmt: skip
#: Zones that were planned and are compared with the achieved one.
PLAN_ROLES = ("planned_ablation",)
MASK_ROLES = LESION_ROLES + PLAN_ROLES + ORGAN_ROLES + SURROUNDING_ROLES

#: Which zone model (design: ``zones --treatment``) a treatment kind follows; ``None`` for none.
TREATMENT_ZONES = {
    "microwave": "thermal",
    "radiofrequency": "thermal",
    "cryo": "thermal",
    "laser": "thermal",
    "hifu": "thermal",
    "ire": "ire",
    "tace": "embolization",
    "tae": "embolization",
    "tare": "radioembolization",
    "sbrt": None,
    "ethanol": None,
    "chemotherapy": None,
    "immunotherapy": None,
    "targeted": None,
    "resection": None,
    "none": None,
}
TREATMENT_KINDS = tuple(TREATMENT_ZONES)

_TITLES = {
    "ct_portal": "CT, portal venous phase",
    "ct_arterial": "CT, arterial phase",
    "ct_native": "CT, native",
    "ct_delayed": "CT, delayed phase",
    "portal": "MR T1, portal venous phase",
    "hepatobiliary": "MR T1, hepatobiliary phase",
    "arterial": "MR T1, arterial phase",
    "delayed": "MR T1, delayed phase",
    "t1": "MR T1",
    "native_t1": "MR T1, native",
    "t2": "MR T2",
    "dwi": "MR diffusion",
    "adc": "MR ADC",
}


def is_image_role(word: str) -> bool:
    """Say whether ``word`` names an image.

    Examples
    --------
    >>> is_image_role("ct_portal"), is_image_role("dwi_b800"), is_image_role("portal_ct")
    (True, True, False)
    """
    return word in IMAGE_ROLES or bool(_DIFFUSION.fullmatch(word))


def modality(role: str) -> str:
    """Return ``"ct"`` or ``"mr"`` for an image role."""
    return "ct" if role.startswith("ct_") else "mr"


def role_title(role: str) -> str:
    """Return how a report calls an image role."""
    if _DIFFUSION.fullmatch(role):
        return f"MR diffusion, b = {role.removeprefix('dwi_b')} s/mm²"
    return _TITLES[role]
