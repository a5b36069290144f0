"""Pages: HTML as published, saved by a browser or kept in a web archive."""
