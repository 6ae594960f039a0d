"""Which engine registers, and what happens when it cannot."""

import dataclasses

import pytest
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.progress import silent
from interventional_oncology.registration import engines
from interventional_oncology.registration.engines import (
    ENGINES,
    Deformation,
    EngineError,
    choose_engine,
    deform,
)
from interventional_oncology.registration.presets import presets

IDENTITY = sitk.Transform(3, sitk.sitkIdentity)


class Stub:
    """An engine that does what it is told."""

    title = "stub"

    def __init__(self, name: str, reason: str | None = None, error: Exception | None = None) -> None:
        self.name, self._reason, self._error = name, reason, error

    def why_not(self) -> str | None:
        return self._reason

    def deform(self, task, progress) -> sitk.Transform:
        progress(0.4, f"{self.name} at work")
        if self._error:
            raise self._error
        progress(1.0, f"{self.name} done")
        return IDENTITY


@pytest.fixture
def stubs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Stub]:
    made = {
        "dense": Stub("dense"),
        "able": Stub("able"),
        "absent": Stub("absent", reason="absent is not installed"),
        "broken": Stub("broken", error=EngineError("broken", "it crashed")),
    }
    monkeypatch.setattr(engines, "ENGINES", made)
    return made


def preset(*names: str):
    return dataclasses.replace(presets()["ct-liver"], engines=names)


def test_every_engine_of_every_preset_is_known_and_the_last_one_is_always_there() -> None:
    for each in presets().values():
        assert set(each.engines) <= set(ENGINES), each.name
        assert each.engines[-1] == "dense", each.name
    assert ENGINES["dense"].why_not() is None
    assert [engine.name for engine in ENGINES.values()] == list(ENGINES)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (("able", "dense"), "able"),
        (("dense", "able"), "dense"),
        (("absent", "able", "dense"), "able"),
        (("absent", "dense"), "dense"),
        (("absent",), "dense"),
    ],
)
def test_the_first_engine_of_the_preset_that_can_run_is_chosen(
    stubs: dict[str, Stub], order: tuple[str, ...], expected: str
) -> None:
    assert choose_engine(None, preset(*order)).name == expected


def test_a_named_engine_comes_before_the_preset(stubs: dict[str, Stub]) -> None:
    assert choose_engine("able", preset("dense")).name == "able"


def test_an_unknown_engine_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"expected one of dense, elastix, greedy, got 'elastics'"):
        choose_engine("elastics", preset("dense"))


def test_an_engine_that_cannot_run_is_refused_with_the_reason_and_what_can(stubs: dict[str, Stub]) -> None:
    with pytest.raises(InputError, match=r"engine absent: absent is not installed.*\(dense, able, broken\)"):
        choose_engine("absent", preset("dense"))


def test_an_engine_of_the_preset_that_fails_is_replaced_with_a_warning(
    stubs: dict[str, Stub], task: Deformation
) -> None:
    said: list[float] = []
    given = dataclasses.replace(task, preset=preset("broken", "dense"))
    found = deform(given, lambda fraction, message: said.append(fraction))
    assert found.engine == "dense"
    assert found.transform is IDENTITY
    (warning,) = found.warnings
    assert "broken" in warning
    assert "it crashed" in warning
    assert "dense took its place" in warning
    assert said == sorted(said)
    assert said[-1] == 1.0


def test_an_engine_asked_for_by_name_is_not_replaced(stubs: dict[str, Stub], task: Deformation) -> None:
    with pytest.raises(EngineError, match=r"broken.*it crashed"):
        deform(task, silent, "broken")


def test_an_engine_that_works_gives_its_name_and_no_warning(
    stubs: dict[str, Stub], task: Deformation
) -> None:
    found = deform(task, silent, "able")
    assert (found.engine, found.warnings) == ("able", ())


def test_images_that_cannot_be_compared_are_not_blamed_on_the_engine(
    stubs: dict[str, Stub], task: Deformation
) -> None:
    stubs["able"]._error = InputError("the images share no space")
    with pytest.raises(InputError, match="share no space"):
        deform(dataclasses.replace(task, preset=preset("able", "dense")), silent)
