"""链主: the companies around which a chain stands, and what they buy and cannot get here."""
