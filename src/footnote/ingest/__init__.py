"""Files in, documents and their passages out."""
