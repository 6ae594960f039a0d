"""Nested layers around a core, fitted to all images at once.

Every voxel holds fractions of the layers, and of parenchyma outside them. What is looked for is the cumulated
fraction ``inside[n]``: how much of the voxel lies inside the outer surface of layer n. As each layer encloses
the next, ``1 >= inside[0] >= inside[1] >= ... >= 0`` in every voxel: the order is built in, no layer can lie
outside its enclosing one. The signal of a voxel is the mixture of its layers' contrasts, so a border lies
where half of the voxel is inside.

The fractions are inferred by mean field over a small set of mixtures (a Potts model on the cumulated
fractions), alternating with the contrasts of the layers, which are learned from the images within the range
that the appearance table allows (expectation maximization; Zhang, Brady and Smith 2001,
doi:10.1109/42.906424, from memory, not checked).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import ndimage

from .appearance import CoherenceRule, Expected
from .evidence import Evidence

_STEPS = 4  # fractions are multiples of a quarter
_SWEEPS = 4
_ROUNDS = 4
_SPREADS = 2.0  # a learned contrast stays within so many spreads of the expected one


@dataclass(frozen=True)
class LayerModel:
    """Contrast of the layers in the images that are there.

    Attributes
    ----------
    roles : tuple of str
    noise : numpy.ndarray, shape (roles,)
    expected, spread : numpy.ndarray, shape (roles, layers)
        Of the layers from outside in; the spread is infinite where the table says nothing.
    """

    roles: tuple[str, ...]
    noise: np.ndarray
    expected: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, evidence: Evidence, layers: Sequence[Mapping[str, Expected]]) -> "LayerModel":
        """Return the model of ``layers`` (rows of the table, from outside in) for the images there are."""
        roles = tuple(evidence.contrasts)
        rows = [[expected_contrast(evidence, role, layer) for layer in layers] for role in roles]
        table = np.array(rows, dtype=np.float64).reshape(len(roles), len(layers), 2)
        return cls(roles, np.array([evidence.noise[role] for role in roles]), table[..., 0], table[..., 1])

    def apart(self) -> np.ndarray:
        """Return how many deviations of the noise lie between each layer and what encloses it, (layers,)."""
        with_parenchyma = np.concatenate([np.zeros((len(self.roles), 1)), self.expected], axis=1)
        steps = np.diff(with_parenchyma, axis=1) / self.noise[:, None]
        known = np.isfinite(self.spread)
        both = known & np.concatenate([np.ones((len(self.roles), 1), dtype=bool), known[:, :-1]], axis=1)
        return np.asarray(np.sqrt(np.sum(np.where(both, steps, 0.0) ** 2, axis=0)))


def expected_contrast(evidence: Evidence, role: str, layer: Mapping[str, Expected]) -> tuple[float, float]:
    """Return the expected contrast of a layer in an image and its spread, infinite where unknown."""
    row = layer.get(role)
    if row is None:
        return 0.0, np.inf
    gain = evidence.gains.get(role)
    if gain is None:
        return row.signal, row.spread
    native = layer.get(gain.native, Expected(0.0))
    contrast = native.signal + (row.share - 1.0) * gain.parenchyma + row.excess
    spread = row.spread * (gain.parenchyma if row.excess == 0 else 1.0)
    return contrast, float(np.hypot(native.spread, spread))


@dataclass(frozen=True)
class LayerFit:
    """The layers as fitted.

    Attributes
    ----------
    model : LayerModel
    inside : numpy.ndarray, shape (layers, k, j, i)
        Fraction of each voxel inside the outer surface of each layer, from outside in.
    contrasts : numpy.ndarray, shape (roles, layers)
        As learned from the images.
    """

    model: LayerModel
    inside: np.ndarray
    contrasts: np.ndarray

    def misfits(self, values: np.ndarray, noise: np.ndarray, rule: CoherenceRule) -> np.ndarray:
        """Return how many squared deviations contrasts lie from the nearest mixture of layers, (n,).

        Parameters
        ----------
        values : numpy.ndarray, shape (n, roles)
        noise : numpy.ndarray, shape (roles,)
            Of these values; infinite where an image is not to count.
        rule : CoherenceRule
        """
        means = _means(self.contrasts)
        mixtures = _fractions(_states(self.contrasts.shape[1])) @ means.T
        return np.asarray(_squares(values, mixtures, _noise_at_borders(noise, means, rule)).min(axis=1))


def fit_layers(
    evidence: Evidence, model: LayerModel, core: np.ndarray, near: np.ndarray, rule: CoherenceRule
) -> LayerFit:
    """Return the layers that explain all images best.

    Parameters
    ----------
    evidence : Evidence
    model : LayerModel
    core : numpy.ndarray, bool
        Surely in the innermost layer, but for its border.
    near : numpy.ndarray, bool
        Where layers may be; ``inside`` is 0 elsewhere.
    rule : CoherenceRule
    """
    layers = model.expected.shape[1]
    states = _states(layers)
    values = np.stack([evidence.contrasts[role][near] for role in model.roles], axis=1)
    mixed = np.any((states > 0) & (states < 1), axis=1)
    prior = np.where(mixed, np.log(rule.mixed_prior / max(1, int(np.count_nonzero(mixed)))), 0.0)
    inside = np.zeros((layers, *near.shape), dtype=np.float32)
    inside[:, core] = 1.0
    sigmas = rule.neighborhood_mm / evidence.spacing_mm
    organ = np.asarray(ndimage.gaussian_filter(evidence.organ.astype(np.float32), sigmas, truncate=2.0))
    weights = np.maximum(organ, np.float32(0.1))
    contrasts, strength = model.expected.copy(), 0.0
    for _ in range(_ROUNDS):
        means = _means(contrasts)
        noise = _noise_at_borders(model.noise, means, rule)
        costs, trust = _costs(values, _fractions(states) @ means.T, noise, rule.outlier)
        for _ in range(_SWEEPS):
            around = np.stack(
                [ndimage.gaussian_filter(part, sigmas, truncate=2.0) / weights for part in inside]
            )[:, near]
            inside[:, near] = _expectation(states, costs, prior, around, strength)
            strength = rule.strength
        contrasts = _learned(values, _fractions(inside[:, near].T), trust, model)
    return LayerFit(model, inside, contrasts)


def _means(contrasts: np.ndarray) -> np.ndarray:
    """Return the contrasts (roles, layers + 1) with that of parenchyma, zero, before them."""
    return np.concatenate([np.zeros((len(contrasts), 1)), contrasts], axis=1)


def _noise_at_borders(noise: np.ndarray, means: np.ndarray, rule: CoherenceRule) -> np.ndarray:
    """Return the noise with what motion and sampling leave at a border, by the largest step there is."""
    return np.hypot(noise, rule.misplaced * np.abs(np.diff(means, axis=1)).max(axis=1))


def _states(layers: int) -> np.ndarray:
    """Return all cumulated fractions (states, layers) in steps, those of an outer layer never smaller."""
    steps = np.arange(_STEPS + 1) / _STEPS
    return np.array([s for s in product(steps, repeat=layers) if all(np.diff(s) <= 0)])


def _fractions(inside: np.ndarray) -> np.ndarray:
    """Return the fraction of parenchyma and of each layer (n, layers + 1) of cumulated ones (n, layers)."""
    ends = np.ones((len(inside), 1)), np.zeros((len(inside), 1))
    return -np.diff(np.concatenate([ends[0], inside, ends[1]], axis=1), axis=1)


def _costs(
    values: np.ndarray, means: np.ndarray, noise: np.ndarray, outlier: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return minus the log-likelihood (n, states), bounded for what is like no layer, and the trust (n,)."""
    squares = _squares(values, means, noise)
    best = squares.min(axis=1, keepdims=True)
    trust = outlier / np.maximum(best, outlier)
    return 0.5 * (squares - best) * trust, trust[:, 0]


def _squares(values: np.ndarray, means: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Return the squared deviations (n, states) of values (n, roles) from means (states, roles)."""
    scaled, at = (values / noise).astype(np.float32), (means / noise).astype(np.float32)
    squares = np.sum(scaled**2, axis=1)[:, None] - 2 * scaled @ at.T + np.sum(at**2, axis=1)
    return np.asarray(np.maximum(squares, 0.0))


def _expectation(
    states: np.ndarray, costs: np.ndarray, prior: np.ndarray, around: np.ndarray, strength: float
) -> np.ndarray:
    """Return the expected cumulated fractions (layers, n), neighbors agreeing."""
    table = states.astype(np.float32)
    apart = np.sum(table**2, axis=1) - 2 * around.T @ table.T
    logs = prior.astype(np.float32) - costs - np.float32(strength) * apart
    logs -= logs.max(axis=1, keepdims=True)
    belief = np.exp(logs)
    belief /= belief.sum(axis=1, keepdims=True)
    return np.asarray((belief @ table).T)


def _learned(values: np.ndarray, fractions: np.ndarray, trust: np.ndarray, model: LayerModel) -> np.ndarray:
    """Return the contrasts that explain the values best, within the range of the table."""
    weighted = fractions * trust[:, None]
    layers = fractions.shape[1] - 1
    # The expectation of the table counts as a few voxels do: an absent layer keeps it.
    square = weighted.T @ fractions
    found = np.empty((len(model.roles), layers))
    for row, noise in enumerate(model.noise):
        prior = np.where(np.isfinite(model.spread[row]), (noise / model.spread[row]) ** 2, 1e-6)
        left = square[1:, 1:] + np.diag(prior)
        right = (weighted.T @ values[:, row])[1:] + prior * model.expected[row]
        found[row] = np.linalg.solve(left, right)
    reach = _SPREADS * model.spread
    return np.clip(found, model.expected - reach, model.expected + reach)
