"""Mechanisms that every feature stands on; no business word lives here."""
