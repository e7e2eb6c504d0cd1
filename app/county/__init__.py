"""An invented county, which acts through all features."""
