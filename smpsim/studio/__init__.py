"""The studio: a page in the browser, served to this machine alone."""
