"""Open a scene file in a process of its own and print what is in it, as JSON.

Run by test_scene_file.py; knows nothing of the process that wrote the file. LPS mm, world.
"""

import json
import sys

import numpy as np
import SimpleITK as sitk
import slicer
import vtk
from vtk.util.numpy_support import vtk_to_numpy

from interventional_oncology.mrml.markups import points_from_line
from interventional_oncology.mrml.models import surface_from_model
from interventional_oncology.mrml.scene_file import read_scene
from interventional_oncology.mrml.segmentations import mask_from_segment
from interventional_oncology.mrml.tables import rows_from_table
from interventional_oncology.mrml.transforms import transform_from_node
from interventional_oncology.mrml.volumes import image_from_volume


def nodes_of(scene, class_name):
    return [scene.GetNthNodeByClass(n, class_name) for n in range(scene.GetNumberOfNodesByClass(class_name))]


def geometry(image):
    return {"size": image.GetSize(), "spacing_mm": image.GetSpacing(), "origin_lps_mm": image.GetOrigin()}


def volume_facts(node):
    image = image_from_volume(node, world=False)
    values = sitk.GetArrayViewFromImage(image)
    parent = node.GetParentTransformNode()
    return {
        **geometry(image),
        "sum": int(values.astype(np.int64).sum()),
        "type": str(values.dtype),
        "under": parent and parent.GetName(),
    }


def segmentation_facts(node, references):
    facts = {
        "under": node.GetParentTransformNode() and node.GetParentTransformNode().GetName(),
        "segments": {},
    }
    for identifier in node.GetSegmentation().GetSegmentIDs():
        segment = node.GetSegmentation().GetSegment(identifier)
        text = vtk.reference("")
        segment.GetTag(slicer.vtkSegment.GetTerminologyEntryTagName(), text)
        masks = [mask_from_segment(node, identifier, one, world=False) for one in references]
        facts["segments"][segment.GetName()] = {
            "color": segment.GetColor(),
            "terminology": text.get(),
            "voxels": [int(sitk.GetArrayViewFromImage(mask).sum()) for mask in masks],
        }
    return facts


def model_facts(node):
    surface, display = surface_from_model(node), node.GetDisplayNode()
    return {
        "points": vtk_to_numpy(surface.GetPoints().GetData()).tolist(),
        "margin_mm": vtk_to_numpy(surface.GetPointData().GetArray("margin_mm")).tolist(),
        "active": display.GetActiveScalarName(),
        "visible": bool(display.GetScalarVisibility()),
        "range_mm": display.GetScalarRange(),
        "colors": display.GetColorNode().GetName(),
        "first_color": display.GetColorNode().GetLookupTable().GetTableValue(0)[:3],
    }


def table_facts(node):
    names = [node.GetColumnName(n) for n in range(node.GetNumberOfColumns())]
    return {
        "rows": rows_from_table(node),
        "titles": [node.GetColumnTitle(name) for name in names],
        "units": [node.GetColumnUnitLabel(name) for name in names],
    }


def hierarchy_facts(scene):
    """Return the path of names from the top to each node, and how many items there are."""
    hierarchy = scene.GetSubjectHierarchyNode()
    paths = {}
    items = vtk.vtkIdList()
    hierarchy.GetItemChildren(hierarchy.GetSceneItemID(), items, True)
    for n in range(items.GetNumberOfIds()):
        item = items.GetId(n)
        path, up = [], hierarchy.GetItemParent(item)
        while up != hierarchy.GetSceneItemID():
            path.insert(0, hierarchy.GetItemName(up))
            up = hierarchy.GetItemParent(up)
        paths[hierarchy.GetItemName(item)] = path
    return {"paths": paths, "items": items.GetNumberOfIds()}


def view_facts(scene):
    slices = {}
    for composite in nodes_of(scene, "vtkMRMLSliceCompositeNode"):
        layers = (composite.GetBackgroundVolumeID(), composite.GetForegroundVolumeID())
        view = scene.GetSingletonNode(composite.GetLayoutName(), "vtkMRMLSliceNode")
        matrix = view.GetSliceToRAS()
        slices[composite.GetLayoutName()] = {
            "layers": [one and scene.GetNodeByID(one).GetName() for one in layers],
            "orientation": view.GetOrientation(),
            "center_ras_mm": [matrix.GetElement(row, 3) for row in range(3)],
        }
    camera = scene.GetFirstNodeByClass("vtkMRMLCameraNode")
    table = scene.GetFirstNodeByClass("vtkMRMLTableViewNode")
    return {
        "slices": slices,
        "focal_point_ras_mm": camera and camera.GetFocalPoint(),
        "arrangement": scene.GetFirstNodeByClass("vtkMRMLLayoutNode").GetViewArrangement(),
        "table": table and table.GetTableNode() and table.GetTableNode().GetName(),
    }


def scene_facts(path, points_lps_mm=()):
    scene = read_scene(path)
    volumes = nodes_of(scene, "vtkMRMLScalarVolumeNode")
    transforms = nodes_of(scene, "vtkMRMLTransformNode")
    return {
        "version": scene.GetLastLoadedVersion(),
        "volumes": {node.GetName(): volume_facts(node) for node in volumes},
        "segmentations": {
            node.GetName(): segmentation_facts(node, volumes)
            for node in nodes_of(scene, "vtkMRMLSegmentationNode")
        },
        "models": {node.GetName(): model_facts(node) for node in _own_models(scene)},
        "transforms": {
            node.GetName(): [transform_from_node(node).TransformPoint(point) for point in points_lps_mm]
            for node in transforms
        },
        "tables": {node.GetName(): table_facts(node) for node in nodes_of(scene, "vtkMRMLTableNode")},
        "lines": {
            node.GetName(): [point.tolist() for point in points_from_line(node)]
            for node in nodes_of(scene, "vtkMRMLMarkupsLineNode")
        },
        "hierarchy": hierarchy_facts(scene),
        "views": view_facts(scene),
    }


def _own_models(scene):
    return [node for node in nodes_of(scene, "vtkMRMLModelNode") if not node.GetHideFromEditors()]


if __name__ == "__main__":
    json.dump(scene_facts(sys.argv[1], json.loads(sys.argv[2])), sys.stdout)
