"""Library of the Slicer module AblationPlanner; one concept a file."""
