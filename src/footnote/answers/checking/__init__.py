"""Whether an answer's statements stand in what they cite: deterministic, by words, numbers and names; pure."""
