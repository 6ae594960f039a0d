"""What a treatment model gets and gives back."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Hints:
    """What is known beforehand, cropped like the evidence; None where it was not given.

    Attributes
    ----------
    region, prior_tumor : numpy.ndarray or None
        Where to look; the tumor before treatment.
    previous : numpy.ndarray or None
        Labels of an earlier examination.
    """

    region: np.ndarray | None = None
    prior_tumor: np.ndarray | None = None
    previous: np.ndarray | None = None

    def zone(self) -> np.ndarray | None:
        """Return where the treated zone must reach into; None for anywhere."""
        earlier = None if self.previous is None else self.previous > 0
        given = [mask for mask in (self.region, self.prior_tumor, earlier) if mask is not None]
        if self.region is not None:
            return self.region
        return np.logical_or.reduce(given) if given else None


@dataclass(frozen=True)
class Labeled:
    """Answer of a treatment model.

    Attributes
    ----------
    layers : dict of str to numpy.ndarray
        Name of the layer to its mask; later ones take voxels from earlier ones.
    tissues : dict of str to numpy.ndarray
        Kind of finding to its mask; each connected piece becomes a finding.
    z_scores : numpy.ndarray
        Enhancement against parenchyma, for the findings.
    warnings : list of str
    """

    layers: dict[str, np.ndarray]
    tissues: dict[str, np.ndarray]
    z_scores: np.ndarray
    warnings: list[str] = field(default_factory=list)
