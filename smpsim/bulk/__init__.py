"""Many photos: what to do is found out first, then done by processes of this machine or by a Dask cluster."""
