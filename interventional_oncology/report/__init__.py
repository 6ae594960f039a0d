"""Reports: tables, pictures, HTML and PDF."""

from .writing import RESULTS, write_report

__all__ = ["RESULTS", "write_report"]
