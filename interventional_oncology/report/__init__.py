"""Reports: tables, pictures, HTML and PDF.

The report of a review is written by :func:`.writing.write_report`. Nothing is imported here: the pictures of
a cohort need none of what a review needs.
"""
