"""The index of a large library: tantivy, kept beside the database that stays the record."""
