"""What is run in the registration benchmark: no registration, our methods and engines, and the peers."""

from collections.abc import Callable

import SimpleITK as sitk
from registration_cases import Case
from registration_peers import (
    ants_syn,
    elastix_default,
    elastix_tuned,
    greedy,
    sitk_bspline,
    sitk_demons,
    sitk_rigid,
)

from interventional_oncology.registration import register
from interventional_oncology.registration.organ_center import centroid_mm

Run = Callable[[Case], sitk.Transform]


def none(_: Case) -> sitk.Transform:
    """As the images lie."""
    return sitk.Transform(3, sitk.sitkIdentity)


def centroids(case: Case) -> sitk.Transform:
    """The centroids of the liver put on each other."""
    shift = centroid_mm(case.images["moving_liver"]) - centroid_mm(case.images["liver"])
    return sitk.TranslationTransform(3, shift.tolist())


def ours(method: str, engine: str | None = None) -> Run:
    """Return our registration with the liver masks and the treated region left out."""

    def run(case: Case) -> sitk.Transform:
        images = case.images
        found = register(
            images["fixed"],
            images["moving"],
            method=method,
            preset="ct-mr-liver" if case.multimodal else "ct-liver",
            engine=engine,
            fixed_mask=images["liver"],
            moving_mask=images["moving_liver"],
            exclude_mask=images.get("tumor"),
            moving_exclude_mask=images["ablation"],
        )
        return found.transform

    return run


#: Name: how it is run, and whether it belongs to the peers.
ENGINES: dict[str, Run] = {
    "none": none,
    "centroids": centroids,
    "ours-rigid": ours("rigid"),
    "ours-affine": ours("affine"),
    "ours": ours("deformable", "dense"),
    "ours-elastix": ours("deformable", "elastix"),
    "ours-greedy": ours("deformable", "greedy"),
}
PEERS: dict[str, tuple[Run, str]] = {
    "sitk-rigid": (sitk_rigid, "SimpleITK"),
    "sitk-bspline": (sitk_bspline, "SimpleITK"),
    "sitk-demons": (sitk_demons, "SimpleITK"),
    "elastix-default": (elastix_default, "itk"),
    "elastix-tuned": (elastix_tuned, "itk"),
    "greedy": (greedy, "picsl_greedy"),
    "ants-syn": (ants_syn, "ants"),
}
