"""Slicer nodes to images, masks, surfaces and transforms, and back.

The only place of the science side that imports ``slicer``. It works the same inside the Slicer application
and on the ``slicer-core`` wheel: functions take the scene (or find it with ``node.GetScene()``) and never
touch the application or its modules.

Nodes live in RAS mm, everything else of this software in LPS mm; the conversion happens here and nowhere
else. A node may stand under a transform node. *World* is the frame after all of its parent transforms,
*local* the frame of the data as stored. Slicer shows world, and measurements belong in world.
"""
