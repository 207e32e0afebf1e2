"""Messages to text: a serving endpoint, or whole sentences of the sources."""
