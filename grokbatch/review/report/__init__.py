"""The report: pytest-html's page, with a row for each video, a summary and a time line."""
