"""The record kit: what a feature declares of its records instead of writing it anew."""
