"""Answers as traces, and what is said of them as assessments: in MLflow."""
