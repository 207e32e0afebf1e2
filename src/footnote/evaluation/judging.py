"""The figures of one answer: what was found, cited and said, held against what was expected. Pure.

An answer that failed counts as one that cites and says nothing; where less is better it has no figure, so none gets
better by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from footnote.conversations import Outcome, Status
from footnote.evaluation import facts, metrics
from footnote.evaluation.cases import Case, Expected
from footnote.evaluation.results import Place, Result
from footnote.events import Statement, Verdict
from footnote.unanswered import says_not_found

DEPTHS = (1, 5, 10)
DEEPEST = 10
BORNE_OUT = (Verdict.QUOTED, Verdict.SUPPORTED)


def judged(case: Case, came_to: Outcome) -> Result:
    """The result of a question, from what its answer's events come to."""
    whole = came_to.status is Status.COMPLETE
    retrieved = came_to.retrieved.passages if came_to.retrieved else ()
    found = tuple(dict.fromkeys(Place(one.passage_id, one.recording_id) for one in retrieved))
    cited = tuple(Place(one.passage_id, one.recording_id) for one in came_to.citations if one.cited) if whole else ()
    text = came_to.text if whole else ""
    figures = dict(_figures(case.expected, text, found, cited))
    if whole:
        figures |= _mistakes(case.expected, text, cited)
        if came_to.statements:
            figures["supported"] = _supported(came_to.statements)
    done = came_to.done
    return Result(
        case.id,
        case.question,
        came_to.status.value,
        came_to.text,
        figures,
        found,
        cited,
        dict(Counter(statement.verdict.value for statement in came_to.statements)),
        tuple(either[0] for either in case.expected.facts if not facts.tells(text, either)),
        error=None if whole else _error(came_to),
        first_token_ms=done.timings.first_token_ms if done else None,
        total_ms=done.timings.total_ms if done else None,
        input_tokens=done.usage.input_tokens if done else None,
        output_tokens=done.usage.output_tokens if done else None,
    )


def _figures(
    expected: Expected, text: str, found: Sequence[Place], cited: Sequence[Place]
) -> Iterator[tuple[str, float]]:
    relevant = expected.passages or expected.documents
    if relevant:
        ranking, chosen = _ids(expected, found), _ids(expected, cited)
        for k in DEPTHS:
            yield f"recall@{k}", metrics.recall_at(k, ranking, relevant)
            yield f"found@{k}", metrics.found_at(k, ranking, relevant)
        yield f"ndcg@{DEEPEST}", metrics.ndcg_at(DEEPEST, ranking, relevant)
        yield "mrr", metrics.reciprocal_rank(ranking[:DEEPEST], relevant)
        if (precision := metrics.precision(chosen, relevant)) is not None:
            yield "citation_precision", precision
        yield "citation_recall", metrics.recall_at(len(chosen), chosen, relevant)
    if expected.facts:
        yield "facts", metrics.mean([facts.tells(text, either) for either in expected.facts])
    if expected.not_found:
        yield "rightly_not_found", float(says_not_found(text, cites=bool(cited)))


def _mistakes(expected: Expected, text: str, cited: Sequence[Place]) -> Iterator[tuple[str, float]]:
    """What a whole answer should not do."""
    if expected.wrong_documents or expected.wrong_passages:
        wrong = {place.document for place in cited} & expected.wrong_documents
        yield "wrong_sources", float(bool(wrong or {place.passage for place in cited} & expected.wrong_passages))
    answerable = expected.passages or expected.documents or expected.facts or expected.not_found is False
    if answerable and not expected.not_found:
        yield "wrongly_not_found", float(says_not_found(text, cites=bool(cited)))


def _ids(expected: Expected, places: Sequence[Place]) -> list[str]:
    """What is compared: passages where these are expected, else documents, each at its first place."""
    ids = (place.passage if expected.passages else place.document for place in places)
    return list(dict.fromkeys(ids))


def _supported(statements: Sequence[Statement]) -> float:
    return metrics.mean([statement.verdict in BORNE_OUT for statement in statements])


def _error(came_to: Outcome) -> str:
    return came_to.error.code if came_to.error else came_to.status.value
