"""What can be asked of a library: questions that come from the documents themselves."""
