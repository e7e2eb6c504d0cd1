"""留言: what people say to each other on a record of any kind, and whom they want to see it."""
