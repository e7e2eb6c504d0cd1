"""The search index and its way behind the database."""
