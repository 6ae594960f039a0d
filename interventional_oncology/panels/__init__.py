"""What the two Slicer modules share: the life of a panel, choosing a segment, running the worker process.

The only part of the package that may use ``qt``, ``ctk`` and the application (``slicer.app``); nothing but
the module folders ``TreatmentResponse/`` and ``AblationPlanner/`` imports it. Methods are camelCase, as in
Slicer.
"""
