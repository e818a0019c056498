"""Photo evidence: hash, EXIF, renditions, storage."""
