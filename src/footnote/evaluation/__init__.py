"""Is it right? A set of questions asked of the pipeline that answers users, its figures, and two runs compared."""
