"""Transforms one after the other, without resampling in between."""

from collections.abc import Iterator, Sequence

import SimpleITK as sitk

from ..errors import InputError


def chain(transforms: Sequence[sitk.Transform]) -> sitk.CompositeTransform:
    """Return the map from the first space to the last: baseline, plan, after treatment, follow-ups.

    An image that is resampled with it is interpolated once, however many transforms there are.

    Parameters
    ----------
    transforms : sequence of SimpleITK.Transform
        In the order of the examinations: the first sends points of the first one (fixed) to points of the
        second (moving), the next one points of the second to points of the third; LPS mm.

    Returns
    -------
    SimpleITK.CompositeTransform
        First points to last points. It holds no composite itself, so that ITK can write it to a file.

    Raises
    ------
    InputError
        If there is none, or one is not 3-D.

    Examples
    --------
    >>> to_plan = sitk.TranslationTransform(3, (1.0, 0.0, 0.0))
    >>> to_post = sitk.AffineTransform(3)
    >>> to_post.Scale(2.0)
    >>> chain([to_plan, to_post]).TransformPoint((10.0, 0.0, 0.0))
    (22.0, 0.0, 0.0)
    """
    if isinstance(transforms, sitk.Transform):
        msg = "chain of transforms: expected a sequence of them, got one transform"
        raise InputError(msg)
    if not transforms:
        msg = "chain of transforms: expected at least one, got none"
        raise InputError(msg)
    for number, transform in enumerate(transforms, start=1):
        check_3d(transform, f"number {number} of a chain of transforms")
    # ITK applies the one that was added last first.
    return sitk.CompositeTransform([one for transform in reversed(transforms) for one in pieces(transform)])


def check_3d(transform: sitk.Transform, name: str) -> None:
    """Raise :class:`InputError` unless ``transform`` is a 3-D transform of SimpleITK."""
    if not isinstance(transform, sitk.Transform):
        msg = f"{name}: expected a SimpleITK transform, got {type(transform).__name__}"
        raise InputError(msg)
    if transform.GetDimension() != 3:
        msg = f"{name}: expected a 3-D transform, got a {transform.GetDimension()}-D one"
        raise InputError(msg)


def pieces(transform: sitk.Transform) -> Iterator[sitk.Transform]:
    """Yield the transforms a composite consists of, the one that is applied last first."""
    if transform.GetTransformEnum() != sitk.sitkComposite:
        yield transform.Downcast()
        return
    composite = sitk.CompositeTransform(transform)
    for index in range(composite.GetNumberOfTransforms()):
        yield from pieces(composite.GetNthTransform(index))
