"""What leaders ask: the funnel and its figures."""
