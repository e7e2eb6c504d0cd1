"""The child process that reads a stranger's file; started by `reading`, never imported by the app."""
