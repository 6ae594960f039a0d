"""What labeling starts from and gives back."""

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
        """Return where the treated zone is expected to reach into; None for anywhere."""
        if self.region is not None:
            return self.region
        earlier = None if self.previous is None else self.previous > 0
        given = [mask for mask in (self.prior_tumor, earlier) if mask is not None and mask.any()]
        return np.logical_or.reduce(given) if given else None


@dataclass(frozen=True)
class Labeled:
    """The layers of the treated zone and what a reader should look at.

    Attributes
    ----------
    layers : dict of str to numpy.ndarray
        Name of the layer to its mask; later ones take voxels from earlier ones.
    tissues : dict of str to numpy.ndarray
        Kind of finding to its mask; each connected piece becomes a finding.
    z_scores : numpy.ndarray
        Arterial enhancement against parenchyma (of all phases without an arterial one).
    indistinguishable : tuple of str
        What the images given cannot tell apart, in sentences.
    """

    layers: dict[str, np.ndarray] = field(default_factory=dict)
    tissues: dict[str, np.ndarray] = field(default_factory=dict)
    z_scores: np.ndarray | None = None
    indistinguishable: tuple[str, ...] = ()
