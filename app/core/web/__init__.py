"""What every request and page needs: forms, files, limits, answers, the server."""
