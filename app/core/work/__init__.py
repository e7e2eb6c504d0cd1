"""What runs outside requests: jobs, nightly work, figures for machines."""
