"""What whoever runs this sees of it: lines of a log, figures, spans."""
