"""周报、月报、季度述职: what a resident team did, drafted from its logs, sent once, accepted or returned."""
