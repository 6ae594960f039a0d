"""Pictures of a report: slices, the colored tumor surface, responses over time and of a cohort."""
