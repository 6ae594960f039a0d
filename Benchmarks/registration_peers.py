"""Other engines, each as its own documentation or our earlier measurements say it is run best.

All but the default map of elastix and demons, which take no masks, are told the liver and the treated
region. They start from the centroids of the liver, as ours does; the default map of elastix from its own.
Their packages are imported where they are used: a benchmark without them says that they are not installed.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk
from registration_cases import Case

from interventional_oncology.images import resample_mask
from interventional_oncology.registration.organ_center import centroid_mm

WINDOW_HU = (-150.0, 250.0)
_THREADS = 2


def start_of(case: Case) -> sitk.TranslationTransform:
    """Return the shift that puts the centroids of the liver on each other."""
    shift = centroid_mm(case.images["moving_liver"]) - centroid_mm(case.images["liver"])
    return sitk.TranslationTransform(3, shift.tolist())


def compared_region(case: Case) -> sitk.Image:
    """Return the liver grown by 8 mm without the treated region grown by 3 mm, on the fixed grid."""
    liver, ablation = case.images["liver"], case.images["ablation"]
    treated = resample_mask(ablation, liver, transform=start_of(case))
    if "tumor" in case.images:
        treated = treated | case.images["tumor"]
    near = sitk.SignedMaurerDistanceMap(liver, False, False, True) < 8.0
    away = sitk.SignedMaurerDistanceMap(treated, False, False, True) > 3.0
    return sitk.Cast(near & away, sitk.sitkUInt8)


def windowed(case: Case) -> tuple[sitk.Image, sitk.Image]:
    """Return both images as float, CT clipped to soft tissue."""
    fixed = sitk.Clamp(case.images["fixed"], sitk.sitkFloat32, *WINDOW_HU)
    moving = case.images["moving"]
    if case.multimodal:
        return fixed, sitk.Cast(moving, sitk.sitkFloat32)
    return fixed, sitk.Clamp(moving, sitk.sitkFloat32, *WINDOW_HU)


def sitk_rigid(case: Case) -> sitk.Transform:
    """SimpleITK's Euler transform: Mattes mutual information in the liver, regular steps, three levels."""
    fixed, moving = windowed(case)
    rigid = sitk.Euler3DTransform()
    rigid.SetCenter(centroid_mm(case.images["liver"]).tolist())
    rigid.SetTranslation(start_of(case).GetOffset())
    method = _sitk_method(case)
    method.SetMetricAsMattesMutualInformation(32)
    method.SetInitialTransform(rigid, True)
    method.SetOptimizerAsRegularStepGradientDescent(1.0, 1e-4, 100, relaxationFactor=0.6)
    method.SetOptimizerScalesFromPhysicalShift()
    method.Execute(fixed, moving)
    return rigid


def sitk_bspline(case: Case) -> sitk.Transform:
    """SimpleITK's B-spline of about 25 mm, LBFGS2: correlation, or Mattes information for CT-MR."""
    fixed, moving = windowed(case)
    start = start_of(case)
    mesh = [max(1, round(s * n / 25.0)) for s, n in zip(fixed.GetSpacing(), fixed.GetSize(), strict=True)]
    spline = sitk.BSplineTransformInitializer(fixed, mesh)
    method = _sitk_method(case)
    if case.multimodal:
        method.SetMetricAsMattesMutualInformation(32)
    else:
        method.SetMetricAsCorrelation()
    method.SetMovingInitialTransform(start)
    method.SetInitialTransform(spline, True)
    method.SetOptimizerAsLBFGS2(solutionAccuracy=1e-5, numberOfIterations=60)
    method.Execute(fixed, moving)
    return sitk.CompositeTransform([start, spline])


def _sitk_method(case: Case) -> sitk.ImageRegistrationMethod:
    method = sitk.ImageRegistrationMethod()
    method.SetMetricFixedMask(compared_region(case))
    method.SetMetricSamplingStrategy(method.RANDOM)
    method.SetMetricSamplingPercentage(0.05, 42)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetShrinkFactorsPerLevel([4, 2, 1])
    method.SetSmoothingSigmasPerLevel([4, 2, 0])
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOn()
    return method


def sitk_demons(case: Case) -> sitk.Transform:
    """SimpleITK's fast symmetric forces demons after the liver's centroids, three levels, no mask."""
    fixed, moving = windowed(case)
    moving = sitk.Resample(moving, fixed, start_of(case), sitk.sitkLinear, WINDOW_HU[0])
    if case.multimodal:
        moving = sitk.HistogramMatching(moving, fixed, 256, 15, True)
    field = None
    for factor, iterations in ((4, 80), (2, 50), (1, 20)):
        small = [_shrunk(image, factor) for image in (fixed, moving)]
        demons = sitk.FastSymmetricForcesDemonsRegistrationFilter()
        demons.SetNumberOfIterations(iterations)
        demons.SetStandardDeviations(2.0)
        if field is None:
            field = demons.Execute(*small)
        else:
            field = demons.Execute(*small, sitk.Resample(field, small[0]))
    return sitk.CompositeTransform([start_of(case), _of_field(sitk.GetArrayFromImage(field), fixed)])


def _shrunk(image: sitk.Image, factor: int) -> sitk.Image:
    if factor == 1:
        return image
    sigma = 0.5 * factor * min(image.GetSpacing())
    return sitk.Shrink(sitk.SmoothingRecursiveGaussian(image, sigma), [factor] * 3)


def _of_field(field: np.ndarray, grid: sitk.Image) -> sitk.Transform:
    image = sitk.GetImageFromArray(np.asarray(field, dtype=np.float64), isVector=True)
    image.CopyInformation(grid)
    return sitk.DisplacementFieldTransform(image)


def elastix_default(case: Case) -> sitk.Transform:
    """itk-elastix with its default maps: rigid, affine, B-spline of 10 mm, Mattes information, no mask."""
    import itk

    maps = itk.ParameterObject.New()
    for name in ("rigid", "affine", "bspline"):
        maps.AddParameterMap(maps.GetDefaultParameterMap(name))
    return _elastix(case, maps, {})


def elastix_tuned(case: Case) -> sitk.Transform:
    """itk-elastix, spline of 20 mm: correlation (CT-MR: Mattes information) in the region, bending energy 5.

    The settings were found best in an earlier measurement on another patient.
    """
    import itk

    maps = itk.ParameterObject.New()
    rigid = maps.GetDefaultParameterMap("rigid", 3)
    spline = maps.GetDefaultParameterMap("bspline", 3, 20.0)
    similarity = "AdvancedMattesMutualInformation" if case.multimodal else "AdvancedNormalizedCorrelation"
    for each in (rigid, spline):
        # The default sampler finds too few samples in a mask.
        each["ImageSampler"] = ["RandomSparseMask"]
        each["NumberOfSpatialSamples"] = ["4000"]
        each["NewSamplesEveryIteration"] = ["true"]
        each["MaximumNumberOfIterations"] = ["400"]
        each["AutomaticTransformInitialization"] = ["false"]
        each["WriteResultImage"] = ["false"]
    rigid["Metric"] = [similarity]
    spline["Registration"] = ["MultiMetricMultiResolutionRegistration"]
    spline["Metric"] = [similarity, "TransformBendingEnergyPenalty"]
    spline["Metric0Weight"], spline["Metric1Weight"] = ["1.0"], ["5.0"]
    maps.AddParameterMap(rigid)
    maps.AddParameterMap(spline)
    return _elastix(case, maps, {"mask": compared_region(case), "start": start_of(case)})


def _elastix(case: Case, maps: Any, given: dict[str, Any]) -> sitk.Transform:
    import itk

    with tempfile.TemporaryDirectory() as folder:
        fixed, moving = windowed(case) if given else (case.images["fixed"], case.images["moving"])
        files = [str(Path(folder) / name) for name in ("fixed.mha", "moving.mha", "mask.mha", "start.txt")]
        if given:
            # The start is put into the moving image's place, which is exact.
            moving = sitk.Image(moving)
            moving.SetOrigin((np.array(moving.GetOrigin()) - given["start"].GetOffset()).tolist())
        sitk.WriteImage(sitk.Cast(fixed, sitk.sitkFloat32), files[0])
        sitk.WriteImage(sitk.Cast(moving, sitk.sitkFloat32), files[1])
        images = [itk.imread(file, itk.F) for file in files[:2]]
        method = itk.ElastixRegistrationMethod.New(*images)
        method.SetParameterObject(maps)
        method.SetLogToConsole(False)
        if given:
            sitk.WriteImage(given["mask"], files[2])
            method.SetFixedMask(itk.imread(files[2], itk.UC))
        method.UpdateLargestPossibleRegion()
        found = method.GetTransformParameterObject()
        field = np.asarray(itk.transformix_deformation_field(images[1], found))
        transform = _of_field(field, case.images["fixed"])
        return sitk.CompositeTransform([given["start"], transform]) if given else transform


def greedy(case: Case) -> sitk.Transform:
    """picsl_greedy: affine, then diffeomorphic by local correlation, smoothing of 9 and 3 mm.

    For CT-MR the distance to the liver's surface, cut at 15 mm, is a second channel of weight 0.5.
    """
    from picsl_greedy import Greedy3D

    fixed, moving = windowed(case)
    given = {"fixed": fixed, "moving": moving, "mask": compared_region(case)}
    channels = "-w 1.0 -i fixed moving"
    if case.multimodal:
        for name, mask in (("fixed_map", "liver"), ("moving_map", "moving_liver")):
            distance = sitk.SignedMaurerDistanceMap(case.images[mask], False, False, True)
            given[name] = sitk.Clamp(distance, sitk.sitkFloat32, -15.0, 15.0)
        channels += " -w 0.5 -i fixed_map moving_map"
    program, options = Greedy3D(), f"-threads {_THREADS} -V 0"
    with tempfile.TemporaryDirectory() as folder:
        start, affine = Path(folder) / "start.mat", Path(folder) / "affine.mat"
        matrix = np.eye(4)
        # Greedy's matrices are RAS.
        matrix[:3, 3] = np.array(start_of(case).GetOffset()) * (-1.0, -1.0, 1.0)
        np.savetxt(start, matrix)
        stage = f"-a -dof 12 -m NCC 2x2x2 -n 100x50x10 -ia {start} -o {affine}"
        program.execute(f"{stage} {channels} -gm mask {options}", **given)
        stage = f"-m WNCC 2x2x2 -n 100x50x30 -s 9mm 3mm -it {affine} -o {folder}/warp.nii.gz"
        program.execute(f"{stage} {channels} -gm mask {options}", **given)
        both = f"-r {folder}/warp.nii.gz {affine} -rc {folder}/both.nii.gz -V 0"
        program.execute(f"-rf fixed {both}", fixed=fixed)
        field = sitk.ReadImage(f"{folder}/both.nii.gz")
    return _of_field(sitk.GetArrayFromImage(field), fixed)


def ants_syn(case: Case) -> sitk.Transform:
    """antspyx: affine by Mattes information, then SyN by local correlation, 40x20x10 iterations."""
    import ants

    with tempfile.TemporaryDirectory() as folder:
        images = []
        for name, image in zip(
            ("fixed", "moving", "mask"), (*windowed(case), compared_region(case)), strict=True
        ):
            file = str(Path(folder) / f"{name}.nii.gz")
            sitk.WriteImage(image, file)
            images.append(ants.image_read(file))
        start = str(Path(folder) / "start.mat")
        sitk.WriteTransform(
            sitk.AffineTransform(np.eye(3).ravel().tolist(), start_of(case).GetOffset()), start
        )
        found = ants.registration(
            images[0],
            images[1],
            type_of_transform="SyN",
            initial_transform=start,
            mask=images[2],
            syn_metric="CC",
            syn_sampling=2,
            reg_iterations=(40, 20, 10),
            outprefix=str(Path(folder) / "out_"),
        )
        warp, affine = found["fwdtransforms"]
        field = sitk.ReadImage(warp)
        return sitk.CompositeTransform(
            [sitk.ReadTransform(affine), _of_field(sitk.GetArrayFromImage(field), case.images["fixed"])]
        )
