"""What a document looks like to who reads it: its text by turns, its file's pages, rows and sound."""
