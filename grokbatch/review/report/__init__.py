"""The report: a page of pytest-html with rows, a summary and a time line."""
