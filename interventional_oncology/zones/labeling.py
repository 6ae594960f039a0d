"""``label_zones``: from the images of one examination to the layers of the treated zone."""

from collections.abc import Mapping

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images import check_same_grid
from .appearance import Treatment, appearance
from .cautions import blind_spots, missed_tumor, too_early
from .examination import Examination, examine
from .lirads import propose
from .measuring import label_array, measure_findings, measure_layers
from .model import Labeled
from .records import LABELS, Zones
from .sizes import hepatobiliary_zone, viable_sizes, whole_size
from .treated_zone import find_zone, uncovered_tumor

#: Treatments with a model: those of the appearance table.
TREATMENTS = tuple(appearance().treatments)


def label_zones(
    images: Mapping[str, sitk.Image],
    organ: sitk.Image,
    *,
    treatment: str = "thermal",
    region: sitk.Image | None = None,
    prior_tumor: sitk.Image | None = None,
    previous: sitk.Image | None = None,
    complete_before: bool | None = None,
    days_since_treatment: int | None = None,
) -> Zones:
    """Return the layers of the treated zone in an organ.

    Parameters
    ----------
    images : mapping of str to SimpleITK.Image
        Role to image, on the grid of ``organ``; see :data:`~.examination.ROLES`. A residual shift between
        sequences is measured and taken out.
    organ : SimpleITK.Image
        Mask; closed holes in it count as organ.
    treatment : str
        One of :data:`TREATMENTS`.
    region, prior_tumor : SimpleITK.Image, optional
        Mask the zone must reach into, searched with its surroundings; tumor before treatment, brought onto
        this grid.
    previous : SimpleITK.Image, optional
        Labels of an earlier examination, brought onto this grid.
    complete_before : bool, optional
        Whether an earlier follow-up documented complete treatment: living tumor is progression then. Where
        it is not said, a zone without living tumor in ``previous`` documents it; labels do not say whether
        that follow-up could be judged.
    days_since_treatment : int, optional
        Says whether it is too early to judge.

    Raises
    ------
    InputError
        If the treatment or a role is not known, no phase can be judged, a mask is empty or lies outside the
        organ, or the grids differ.
    """
    row = _treatment(treatment)
    masks = {"region": region, "prior tumor": prior_tumor, "previous zones": previous}
    examination = examine(images, organ, row, masks=masks)
    labeled = find_zone(examination.evidence, examination.hints, row, appearance())
    labels = label_array(labeled.layers, examination.evidence.organ.shape)
    early = too_early(row, days_since_treatment)
    return _measured(examination, treatment, labeled, labels, complete_before, early)


def measure_zones(
    labels: sitk.Image,
    images: Mapping[str, sitk.Image],
    organ: sitk.Image,
    *,
    treatment: str = "thermal",
    prior_tumor: sitk.Image | None = None,
    previous: sitk.Image | None = None,
    complete_before: bool | None = None,
    days_since_treatment: int | None = None,
) -> Zones:
    """Return all numbers, findings and proposals anew from labels that a reader has edited.

    Parameters
    ----------
    labels : SimpleITK.Image
        Labels as in :data:`~.records.LABELS`, on the grid of ``organ``; they come back unchanged.
    images, organ, treatment, prior_tumor, previous, complete_before, days_since_treatment
        As in :func:`label_zones`. Tissue that enhances less than parenchyma is not looked for again: what
        the reader holds to be living tumor is labeled so.

    Raises
    ------
    InputError
        As :func:`label_zones`, and for an unknown label.
    """
    row = _treatment(treatment)
    check_same_grid(labels, organ, "labels", "the organ mask")
    voxels = sitk.GetArrayViewFromImage(labels)
    unknown = sorted(set(np.unique(voxels).tolist()) - {0, *LABELS.values()})
    if unknown:
        msg = f"labels: expected {', '.join(f'{v} {k}' for k, v in LABELS.items())}, got {unknown}"
        raise InputError(msg)
    masks = {"region": None, "prior tumor": prior_tumor, "previous zones": previous}
    examination = examine(images, organ, row, masks=masks, treated=labels)
    evidence = examination.evidence
    # Edits may leave the organ, and with it the crop: what lies outside is not measured.
    inside = np.asarray(voxels[examination.crop])
    layers = {name: inside == label for name, label in LABELS.items() if (inside == label).any()}
    tissues = {name: mask for name, mask in layers.items() if name not in ("necrosis", "viable_tumor")}
    if "viable_tumor" in layers:
        tissues["viable_nodule"] = layers["viable_tumor"]
    zone = (inside > 0) & (inside != LABELS["viable_tumor"])
    if zone.any():
        tissues["zone"] = zone
    if examination.hints.prior_tumor is not None:
        tissues["uncovered_tumor"] = uncovered_tumor(inside > 0, examination.hints.prior_tumor, evidence)
    z_scores = evidence.enhancement_z_scores(appearance().viable_tumor.smoothing_mm)
    early = too_early(row, days_since_treatment)
    return _measured(
        examination, treatment, Labeled(layers, tissues, z_scores), inside, complete_before, early
    )


def _measured(
    examination: Examination,
    treatment: str,
    labeled: Labeled,
    labels: np.ndarray,
    complete_before: bool | None,
    early: str,
) -> Zones:
    evidence, row = examination.evidence, appearance().treatments[treatment]
    findings = measure_findings(
        labeled,
        evidence,
        examination.hints,
        examination.frame,
        examination.start,
        complete_before=complete_before,
    )
    found = bool(labels.any())
    newer, older = propose(findings, evidence, core=row.core, zone_found=found, too_early=early)
    whole = examination.whole(labels)
    dark = hepatobiliary_zone(
        evidence, np.isin(labels, [LABELS["necrosis"], LABELS["hemorrhagic_congestion"]])
    )
    z_scores = labeled.z_scores
    if z_scores is None:
        z_scores = evidence.enhancement_z_scores(appearance().viable_tumor.smoothing_mm)
    return Zones(
        labels=whole,
        treatment=treatment,
        layers=measure_layers(labels, evidence, row.layers),
        findings=findings,
        treatment_response=newer,
        warnings=(
            *evidence.warnings,
            *labeled.indistinguishable,
            *blind_spots(examination, found),
            *missed_tumor(examination, labels),
            *([early] if early and found else []),
        ),
        treatment_response_2018=older,
        viable=viable_sizes(whole),
        hepatobiliary_zone=None if dark is None else whole_size(examination.whole(dark)),
        phase_motion=evidence.motions,
        indistinguishable=labeled.indistinguishable,
        enhancement_z=examination.whole(np.where(evidence.organ, z_scores, 0).astype(np.float32)),
    )


def _treatment(name: str) -> Treatment:
    known = appearance().treatments
    if name not in known:
        msg = f"treatment {name!r} is unknown; expected one of: {', '.join(known)}"
        raise InputError(msg)
    return known[name]
