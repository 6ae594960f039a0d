"""Engines of deformable registration behind one interface, chosen by preset and by what is installed."""

from dataclasses import dataclass

import SimpleITK as sitk

from ...errors import InputError
from ...progress import Progress, part
from ..presets import Preset
from .dense import Dense
from .elastix import Elastix
from .engine import Deformation, Engine, EngineError
from .greedy import Greedy

#: All engines by name. ``dense`` can run everywhere.
ENGINES: dict[str, Engine] = {engine.name: engine for engine in (Dense(), Elastix(), Greedy())}


@dataclass(frozen=True)
class Deformed:
    """What an engine found.

    Attributes
    ----------
    transform : SimpleITK.Transform
        The whole map, fixed points to moving points, LPS mm.
    engine : str
        The engine that found it.
    warnings : tuple of str
        Why it was not the engine that was chosen.
    """

    transform: sitk.Transform
    engine: str
    warnings: tuple[str, ...] = ()


def deform(task: Deformation, progress: Progress, name: str | None = None) -> Deformed:
    """Deform with the engine of that name, or with the first one of the preset that can run here.

    An engine that was chosen by the preset and fails is replaced by our own, with a warning: the reader of
    the images gets a result, whose quality is measured as always. An engine asked for by name is not
    replaced behind the back of who asked.

    Raises
    ------
    InputError
        As :func:`choose_engine`; if the engine asked for by name fails (:class:`EngineError`); or if the
        images cannot be compared.
    """
    engine = choose_engine(name, task.preset)
    reached = 0.0

    def remember(fraction: float, message: str) -> None:
        nonlocal reached
        reached = fraction
        progress(fraction, message)

    try:
        return Deformed(engine.deform(task, remember), engine.name)
    except EngineError as error:
        if name is not None:
            raise
        warning = f"{error}; the engine {Dense.name} took its place"
    own = ENGINES[Dense.name].deform(task, part(progress, reached, 1.0))
    return Deformed(own, Dense.name, (warning,))


def choose_engine(name: str | None, preset: Preset) -> Engine:
    """Return the engine of that name, or the first one of the preset that can run here.

    Raises
    ------
    InputError
        If there is no engine of that name (the message lists those there are), or it cannot run here.
    """
    if name is None:
        able = (ENGINES[each] for each in preset.engines if ENGINES[each].why_not() is None)
        return next(able, ENGINES[Dense.name])
    if name not in ENGINES:
        msg = f"registration engine: expected one of {', '.join(ENGINES)}, got {name!r}"
        raise InputError(msg)
    reason = ENGINES[name].why_not()
    if reason is not None:
        can_run = ", ".join(each for each, engine in ENGINES.items() if engine.why_not() is None)
        msg = f"registration engine {name}: {reason}; expected one that can run here ({can_run})"
        raise InputError(msg)
    return ENGINES[name]


__all__ = ["ENGINES", "Deformation", "Deformed", "Engine", "EngineError", "choose_engine", "deform"]
