"""The studio: a page in the browser, served to this machine alone; begun, not in the command line yet."""
