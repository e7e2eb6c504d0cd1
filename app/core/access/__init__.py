"""Who is asking, what they may, how far they see."""
