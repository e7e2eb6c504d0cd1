"""The engine that needs no server."""
