"""Vectors of latent semantic analysis (Deerwester et al., 1990), which any machine can make of the texts alone.

TF-IDF of words and pairs of words, brought down to few dimensions. They know what stands together in these very texts
and nothing of the world.
"""

from __future__ import annotations

from collections.abc import Sequence

DIMENSIONS = 256
SEED = 1


class Lsa:
    """The vectors of one collection, of length 1."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import Normalizer

        self._model = make_pipeline(
            TfidfVectorizer(sublinear_tf=True, stop_words="english", ngram_range=(1, 2), min_df=2),
            TruncatedSVD(DIMENSIONS, random_state=SEED),
            Normalizer(copy=False),
        ).fit(texts)

    def of(self, texts: list[str]) -> list[list[float]]:
        """A vector for each text; one without a known word is nowhere near any."""
        found = self._model.transform(texts)
        return [row.tolist() if row.any() else [DIMENSIONS**-0.5] * DIMENSIONS for row in found]
