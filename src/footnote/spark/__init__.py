"""Files into tables with Spark, by the loaders of ``ingest/``; nothing of the page imports it."""
