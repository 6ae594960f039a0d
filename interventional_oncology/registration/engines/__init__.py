"""Engines of deformable registration behind one interface, chosen by preset and by what is installed."""

from ...errors import InputError
from ..presets import Preset
from .dense import Dense
from .elastix import Elastix
from .engine import Deformation, Engine, EngineError
from .greedy import Greedy

#: All engines by name. ``dense`` can run everywhere.
ENGINES: dict[str, Engine] = {engine.name: engine for engine in (Dense(), Elastix(), Greedy())}


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


__all__ = ["ENGINES", "Deformation", "Engine", "EngineError", "choose_engine"]
