"""Question to events: the pipeline, the log's producer, its cursors, citations and Markdown."""
