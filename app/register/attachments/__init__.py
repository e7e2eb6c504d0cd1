"""附件: files on a record of any kind, for whoever sees the record."""
