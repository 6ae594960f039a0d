"""Which lesion of a follow-up is which lesion of the baseline: the decision.

Each pair of lesions that may be the same has a cost, from how far the shapes overlap, how far the centers are
apart and how much the sizes differ; the pairs that cost least together are taken (Kuhn 1955,
doi:10.1002/nav.3800020109, from memory). What is left over and overlaps a lesion that has its pair is a
fragment of it (split) or has grown into it (merged).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.optimize

from ..errors import InputError

RELATIONS = ("same", "split", "merged", "vanished", "new")

#: Lesions whose surfaces are farther apart than this after registration are never the same one (ours: the
#: error of a registration rated good, and the rim that a lesion loses when it shrinks). Of 960 pairs of
#: DeepLesion, carried by an affine registration, 97.8 % lie within.
REACH_MM = 10.0
#: What the parts of the cost weigh (ours); they add up to 1, and a lesion without a partner costs half of it.
_OVERLAP, _DISTANCE, _SIZE, _ALONE = 0.5, 0.3, 0.2, 0.5
#: Volumes that differ by this factor are as unlike as can be (ours; a diameter by the factor 4).
_UNLIKE_VOLUMES = 64.0
#: What shares so much of its volume with a lesion that has its pair, or is so close, belongs to it (ours).
_BELONGS_SHARE, _BELONGS_MM = 0.25, 3.0
#: A match is sure when the shapes share this much, or no other lesion could have been meant.
_SURE_OVERLAP, _RIVAL = 0.5, 0.15

Pair = tuple[int | None, int | None]


@dataclass(frozen=True)
class Likeness:
    """How alike the lesions of two visits are, after registration; arrays of shape (baseline, follow-up).

    Attributes
    ----------
    baseline_ids, followup_ids : tuple of int
    baseline_ml, followup_ml : ndarray
        Volumes.
    overlap : ndarray
        Common volume over that of the smaller one.
    distance_mm : ndarray
        Between the centers; not a number for lesions that the other scan does not show.
    gap_mm : ndarray
        Between the surfaces, 0 where they touch; infinite where not known.
    """

    baseline_ids: tuple[int, ...]
    followup_ids: tuple[int, ...]
    baseline_ml: np.ndarray
    followup_ml: np.ndarray
    overlap: np.ndarray
    distance_mm: np.ndarray
    gap_mm: np.ndarray


@dataclass(frozen=True)
class LesionMatch:
    """One line between a lesion of the baseline and one of the follow-up.

    Attributes
    ----------
    baseline_id, followup_id : int, optional
        ``None`` for a lesion that is new or has vanished. A lesion that split, or into which others merged,
        is in several matches.
    relation : str
        One of :data:`RELATIONS`.
    overlap, center_distance_mm : float, optional
        Common volume over that of the smaller lesion, and distance of the centers, after registration.
    baseline_ml, followup_ml : float, optional
        Volumes, each in its own scan.
    certainty : str
        ``sure``, ``check`` or, where the reader decided, ``reader``.
    reason : str
        One sentence.
    """

    baseline_id: int | None
    followup_id: int | None
    relation: str
    overlap: float | None
    center_distance_mm: float | None
    baseline_ml: float | None
    followup_ml: float | None
    certainty: str
    reason: str


def balls(
    baseline_centers_mm: np.ndarray,
    baseline_diameters_mm: np.ndarray,
    followup_centers_mm: np.ndarray,
    followup_diameters_mm: np.ndarray,
) -> Likeness:
    """Return the likeness of lesions known by center and diameter only, numbered from 1.

    Parameters
    ----------
    baseline_centers_mm, followup_centers_mm : ndarray, shape (n, 3)
        In one frame: those of one visit carried to the other.
    baseline_diameters_mm, followup_diameters_mm : ndarray, shape (n,)
    """
    first, second = np.asarray(baseline_centers_mm, float), np.asarray(followup_centers_mm, float)
    radii, others = np.asarray(baseline_diameters_mm) / 2.0, np.asarray(followup_diameters_mm) / 2.0
    distance = np.linalg.norm(first[:, None] - second[None], axis=2)
    common = _common_volume(radii[:, None], others[None], distance)
    smaller = 4.0 / 3.0 * np.pi * np.minimum(radii[:, None], others[None]) ** 3
    return Likeness(
        tuple(range(1, len(first) + 1)),
        tuple(range(1, len(second) + 1)),
        4e-3 / 3.0 * np.pi * radii**3,
        4e-3 / 3.0 * np.pi * others**3,
        common / smaller,
        distance,
        np.maximum(distance - radii[:, None] - others[None], 0.0),
    )


def match(likeness: Likeness, *, pairs: Sequence[Pair] = (), reach_mm: float = REACH_MM) -> list[LesionMatch]:
    """Return which lesion is which, by the number of the baseline lesion, new ones last.

    Parameters
    ----------
    likeness : Likeness
    pairs : sequence of (int or None, int or None)
        What the reader knows: ``(1, 2)`` baseline lesion 1 is follow-up lesion 2; ``(3, None)`` has vanished;
        ``(None, 4)`` is new. A lesion in several pairs has split or merged.
    reach_mm : float
        Lesions farther apart are not the same.

    Raises
    ------
    InputError
        If a pair names a lesion that is not there, or says both that it has a partner and has none.
    """
    fixed = _fixed(likeness, pairs)
    free_rows = [n for n, one in enumerate(likeness.baseline_ids) if one not in {b for b, _ in pairs}]
    free_columns = [n for n, one in enumerate(likeness.followup_ids) if one not in {f for _, f in pairs}]
    cost = np.where(likeness.gap_mm <= reach_mm, _cost(likeness, reach_mm), np.inf)
    links = _assigned(cost, free_rows, free_columns)
    links += _belonging(likeness, free_rows, free_columns, links)
    found = [_linked(likeness, link, links, cost) for link in links]
    rows, columns = {row for row, _ in links}, {column for _, column in links}
    found += [_alone(likeness, cost, row, None) for row in free_rows if row not in rows]
    found += [_alone(likeness, cost, None, column) for column in free_columns if column not in columns]
    return sorted(fixed + found, key=_order)


def _order(one: LesionMatch) -> tuple[float, float]:
    return (
        np.inf if one.baseline_id is None else one.baseline_id,
        np.inf if one.followup_id is None else one.followup_id,
    )


def _common_volume(first: np.ndarray, second: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Return the volume common to two balls, mm3 (spherical caps)."""
    first, second = np.broadcast_arrays(first, second)
    small = np.minimum(first, second)
    away = np.maximum(distance, 1e-9)
    lens = (first + second - away) ** 2 * (away**2 + 2 * away * (first + second) - 3 * (first - second) ** 2)
    lens = np.pi * lens / (12 * away)
    within = np.where(distance <= np.abs(first - second), 4.0 / 3.0 * np.pi * small**3, lens)
    common: np.ndarray = np.where(distance >= first + second, 0.0, within)
    return common


def _cost(likeness: Likeness, reach_mm: float) -> np.ndarray:
    radii = [np.cbrt(0.75 / np.pi * 1000.0 * ml) for ml in (likeness.baseline_ml, likeness.followup_ml)]
    farthest_mm = reach_mm + radii[0][:, None] + radii[1][None]
    apart = np.minimum(np.nan_to_num(likeness.distance_mm, nan=np.inf) / farthest_mm, 1.0)
    ratio = np.abs(np.log(likeness.baseline_ml[:, None] / likeness.followup_ml[None]))
    unlike = np.minimum(ratio / np.log(_UNLIKE_VOLUMES), 1.0)
    cost: np.ndarray = _OVERLAP * (1.0 - likeness.overlap) + _DISTANCE * apart + _SIZE * unlike
    return cost


def _assigned(cost: np.ndarray, rows: list[int], columns: list[int]) -> list[tuple[int, int]]:
    """Return the pairs that cost least together; a lesion may stay alone."""
    many = len(rows), len(columns)
    square = np.full((sum(many), sum(many)), 0.0)
    square[: many[0], : many[1]] = np.where(np.isfinite(cost), cost, 1e6)[np.ix_(rows, columns)]
    square[: many[0], many[1] :] = _ALONE
    square[many[0] :, : many[1]] = _ALONE
    first, second = scipy.optimize.linear_sum_assignment(square)
    return [
        (rows[a], columns[b])
        for a, b in zip(first, second, strict=True)
        if a < many[0] and b < many[1] and np.isfinite(cost[rows[a], columns[b]])
    ]


def _belonging(
    likeness: Likeness, rows: list[int], columns: list[int], links: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the links of what is left over to lesions that have their pair."""
    share = np.where(likeness.gap_mm <= _BELONGS_MM, np.maximum(likeness.overlap, 1e-6), 0.0)
    share = np.where((likeness.overlap >= _BELONGS_SHARE) | (likeness.gap_mm <= _BELONGS_MM), share, 0.0)
    paired_rows, paired_columns = [row for row, _ in links], [column for _, column in links]
    found = []
    for column in columns:
        if column not in paired_columns and paired_rows:
            row = max(paired_rows, key=lambda one: share[one, column])
            if share[row, column] > 0:
                found.append((row, column))
    for row in rows:
        if row not in paired_rows and paired_columns:
            column = max(paired_columns, key=lambda one: share[row, one])
            if share[row, column] > 0:
                found.append((row, column))
    return found


def _relation(row: int, column: int, links: list[tuple[int, int]]) -> str:
    if sum(one == row for one, _ in links) > 1:
        return "split"
    return "merged" if sum(one == column for _, one in links) > 1 else "same"


def _linked(
    likeness: Likeness, link: tuple[int, int], links: list[tuple[int, int]], cost: np.ndarray
) -> LesionMatch:
    row, column = link
    overlap, apart_mm = float(likeness.overlap[link]), float(likeness.distance_mm[link])
    others = np.concatenate([np.delete(cost[row], column), np.delete(cost[:, column], row)])
    partners = [n for n, one in enumerate(links) if one != link and (one[0] == row or one[1] == column)]
    rival = bool((others < cost[link] + _RIVAL).any()) and not partners
    sure = overlap >= _SURE_OVERLAP and not rival
    said = f"{overlap:.0%} of the smaller one overlaps, centers {apart_mm:.1f} mm apart"
    if overlap == 0:
        said = f"no overlap, surfaces {likeness.gap_mm[link]:.1f} mm and centers {apart_mm:.1f} mm apart"
    if rival:
        said += "; another lesion lies about as close"
    return _record(likeness, row, column, _relation(row, column, links), "sure" if sure else "check", said)


def _alone(likeness: Likeness, cost: np.ndarray, row: int | None, column: int | None) -> LesionMatch:
    near = cost[row] if row is not None else cost[:, column]
    relation = "vanished" if column is None else "new"
    could = np.flatnonzero(np.isfinite(near))
    if not could.size:
        return _record(likeness, row, column, relation, "sure", "no lesion of the other visit lies near")
    ids = likeness.followup_ids if column is None else likeness.baseline_ids
    nearest = ids[int(could[np.argmin(near[could])])]
    said = f"lesion {nearest} of the other visit lies near, but has a closer partner"
    return _record(likeness, row, column, relation, "check", said)


def _record(
    likeness: Likeness, row: int | None, column: int | None, relation: str, certainty: str, reason: str
) -> LesionMatch:
    both = row is not None and column is not None
    apart_mm = float(likeness.distance_mm[row, column]) if both else np.nan
    return LesionMatch(
        None if row is None else likeness.baseline_ids[row],
        None if column is None else likeness.followup_ids[column],
        relation,
        float(likeness.overlap[row, column]) if both else None,
        apart_mm if np.isfinite(apart_mm) else None,
        None if row is None else float(likeness.baseline_ml[row]),
        None if column is None else float(likeness.followup_ml[column]),
        certainty,
        reason,
    )


def _fixed(likeness: Likeness, pairs: Sequence[Pair]) -> list[LesionMatch]:
    for side, name in ((0, "baseline"), (1, "follow-up")):
        alone = {one[side] for one in pairs if one[1 - side] is None}
        both = alone & {one[side] for one in pairs if one[1 - side] is not None}
        if both - {None}:
            msg = f"pairs: expected a partner for {name} lesion {both.pop()} or none, got both"
            raise InputError(msg)
    if (None, None) in pairs:
        msg = "pairs: expected a lesion on one side at least, got none on both"
        raise InputError(msg)
    places = [
        (_place(first, likeness.baseline_ids, "baseline"), _place(second, likeness.followup_ids, "follow-up"))
        for first, second in pairs
    ]
    links = [(row, column) for row, column in places if row is not None and column is not None]
    said = "reader", "as the reader said"
    return [_record(likeness, *place, _fixed_relation(place, links), *said) for place in places]


def _fixed_relation(place: tuple[int | None, int | None], links: list[tuple[int, int]]) -> str:
    row, column = place
    if row is None:
        return "new"
    return "vanished" if column is None else _relation(row, column, links)


def _place(number: int | None, ids: tuple[int, ...], name: str) -> int | None:
    if number is None:
        return None
    if number not in ids:
        there = ", ".join(str(one) for one in ids) or "none"
        msg = f"pairs: expected a {name} lesion ({there}), got {number}"
        raise InputError(msg)
    return ids.index(number)
