"""Where documents, conversations and logs are kept."""
