"""The first page, what the county sets, the audit, how the installation is run."""
