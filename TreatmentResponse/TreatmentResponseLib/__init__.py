"""Library of the Slicer module TreatmentResponse; one concept a file."""
