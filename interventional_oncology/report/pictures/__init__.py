"""Pictures of a report: slices, the colored tumor surface, the sum of diameters."""
