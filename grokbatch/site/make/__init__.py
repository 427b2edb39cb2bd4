"""Making one video on the page: the composer, the preparation, the submit, the recovery of an earlier attempt."""
