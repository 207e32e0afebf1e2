"""What every ``Retriever`` promises over the library that it searches; ``conftest.py`` names them all."""

import random
import threading
from dataclasses import replace

import pytest

from footnote.passages import EVERYTHING, Document, Filter, Kind, Passage, Scope
from footnote.retrieval.index_library import IndexLibrary


def test_passages_come_whole_best_first_with_falling_scores(searched):
    searched.put("a", "Salmon.", "The salmon quota for 2026.", "Herring and cod.")
    hits = searched.retriever.search("What is the salmon quota?")
    assert [hit.passage for hit in hits][:2] == [searched.passage("a", n) for n in (1, 0)]
    assert hits[0].score > hits[1].score


def test_nothing_fits_gives_nothing(searched):
    """Who searches by meaning gives what is nearest, however far that is."""
    assert searched.found("salmon") == []
    searched.put("a", "Herring and cod.")
    assert searched.found("salmon") == (["a#0"] if searched.by_meaning else [])


def test_endings_capitals_and_accents_make_no_difference(searched):
    searched.put("a", "The CAFÉS were walking.")
    assert searched.found("a walk to the cafe") == ["a#0"]


def test_title_and_speaker_are_found_too(searched):
    searched.put("a", "We agree.", title="Salmon quota")
    searched.put("b", "We agree.", speaker="Ottilie Brandt")
    assert searched.best("salmon") == ["a#0"]
    assert searched.best("What did Ottilie say?") == ["b#0"]


def test_the_limit_is_kept(searched):
    searched.put("a", *[f"Salmon {n}." for n in range(300)])
    assert len(searched.found("salmon", limit=3)) == 3
    assert len(searched.found("salmon", limit=250)) == min(250, searched.most)
    assert searched.found("salmon", limit=0) == []


def test_a_filter_gives_as_many_passages_however_far_below_they_rank(searched):
    """It is applied in the query: a thousand better passages elsewhere push nothing out."""
    searched.put("better", *["Salmon quota, salmon quota, salmon quota."] * 1000)
    searched.put("wanted", *[f"{'And many other things besides. ' * 10} A salmon {n}." for n in range(12)])
    found = searched.found("salmon quota", "wanted")
    assert len(found) == 10
    assert all(id.startswith("wanted#") for id in found)


def test_a_filter_may_hold_thousands_of_documents(searched):
    for n in range(30):
        searched.put(f"d{n}", "The salmon quota.")
    many = [f"d{n}" for n in range(20)] + [f"not there {n}" for n in range(5000)]
    assert len(searched.found("salmon", *many, limit=40)) == 20
    assert searched.retriever.scope(Filter.of(many)).searched == 20


def test_a_filter_of_nothing_that_exists_finds_nothing(searched):
    searched.put("a", "The salmon quota.")
    assert searched.found("salmon", "b", "'; DROP TABLE passages; --", "\ud800") == []
    assert searched.retriever.search("salmon", filter=Filter(frozenset())) == []


def test_how_many_documents_are_searched(searched):
    for id in ("a", "b", "c"):
        searched.put(id, "Salmon.")
    assert searched.retriever.scope(EVERYTHING).searched == 3
    assert searched.retriever.scope(Filter.of(["a", "c", "gone"])).searched == 2
    assert searched.retriever.scope(Filter(frozenset())).searched == 0


@pytest.mark.parametrize(
    ("filter", "ids"),
    [
        (Filter(kinds=frozenset({Kind.TEXT})), ["plan"]),
        (Filter(kinds=frozenset({Kind.TEXT, Kind.RECORDING})), ["autumn", "plan", "spring"]),
        (Filter(tags=frozenset({"north"})), ["autumn", "spring"]),
        (Filter(tags=frozenset({"north", "south"})), ["autumn", "plan", "spring"]),
        (Filter(speakers=frozenset({"Ana"})), ["spring"]),
        (Filter(since="2026-03-12"), ["autumn", "spring"]),
        (Filter(until="2026-03-12"), ["spring"]),
        (Filter(since="2026-01-01", until="2026-12-31", tags=frozenset({"south"})), []),
        (Filter(frozenset({"plan", "spring"}), tags=frozenset({"north"})), ["spring"]),
        (Filter(without=frozenset({"plan#0", "spring#0"})), ["autumn"]),
        (Filter(without_documents=frozenset({"plan", "gone"})), ["autumn", "spring"]),
        (Filter(tags=frozenset({"'; DROP TABLE labels; --"})), []),
    ],
)
def test_every_condition_of_a_filter_is_kept(searched, filter, ids):
    searched.put("spring", "Salmon.", speaker="Ana", date="2026-03-12", tags=("north",))
    searched.put("autumn", "Salmon.", speaker="Ben", date="2026-09-12", tags=("north", "sea"))
    searched.put("plan", "Salmon.", tags=("south",))
    hits = searched.retriever.search("salmon", filter=filter)
    assert sorted(hit.passage.document_id for hit in hits) == ids
    of_documents = replace(filter, without=frozenset())
    assert searched.retriever.scope(filter).searched == len(searched.retriever.search("salmon", filter=of_documents))


def test_the_scope_tells_of_the_whole_library_and_its_last_change(searched):
    assert searched.retriever.scope(EVERYTHING) == Scope(0, 0)
    searched.put("a", "Salmon.")
    searched.put("b", "Salmon.")
    scope = searched.retriever.scope(Filter.of(["a"]))
    assert (scope.searched, scope.total) == (1, 2)
    moments = [document.indexed_at for document in searched.library.documents()]
    assert scope.indexed_at == (None if isinstance(searched.library, IndexLibrary) else max(moments))


def test_what_was_replaced_or_removed_is_never_found_again(searched):
    searched.put("a", "Salmon here.", "Herring there.")
    searched.put("a", "Cod swim.")
    hits = searched.retriever.search("salmon herring")
    assert [hit.passage.text for hit in hits] == (["Cod swim."] if searched.by_meaning else [])
    assert searched.found("cod") == ["a#0"]
    searched.remove("a")
    assert searched.found("cod") == []
    assert searched.retriever.scope(EVERYTHING).searched == 0


def test_a_failed_replacement_leaves_what_can_be_found(searched):
    if isinstance(searched.library, IndexLibrary):
        pytest.skip("the index follows a table that is written elsewhere")
    searched.put("a", "Salmon here.")
    twice = Passage("a#0", "a", "T", 0, "Herring.")
    with pytest.raises(Exception):  # noqa: B017, PT011 -- which one is the database's business
        searched.library.replace(Document("a", "T", Kind.TEXT, "a.txt", "y"), [twice, twice])
    assert [hit.passage.text for hit in searched.retriever.search("salmon")] == ["Salmon here."]


def test_a_search_while_a_document_is_replaced_sees_it_old_or_new(searched):
    searched.put("a", *["Salmon old."] * 30)
    finished = threading.Event()
    seen = []

    def search() -> None:
        while not finished.is_set():
            hits = searched.retriever.search("salmon", limit=50)
            seen.append([hit.passage.text for hit in hits])

    searching = threading.Thread(target=search)
    searching.start()
    for turn in range(20):
        searched.put("a", *["Salmon new." if turn % 2 == 0 else "Salmon old."] * 30)
    finished.set()
    searching.join()
    assert seen
    assert all(texts in (["Salmon old."] * 30, ["Salmon new."] * 30) for texts in seen)


def test_unspaced_writing_is_found_by_a_part_of_it(searched):
    searched.put("a", "来週の東京の会議で予算を決めます。", "大阪へ行きます。")
    assert searched.best("東京") == ["a#0"]
    assert searched.found("予算はいつ決めますか")[0] == "a#0"


def test_other_scripts_are_found(searched):
    searched.put("a", "Бюджет на лосось", "تمت الموافقة على الميزانية", "수산 예산 회의")
    assert [searched.found(q)[:1] for q in ("бюджет", "الميزانية", "회의")] == [["a#0"], ["a#1"], ["a#2"]]


HOSTILE = [
    "",
    " \t\n",
    '"',
    '""',
    '"salmon',
    "salmon\"'`",
    "salmon AND",
    "AND OR NOT",
    "NOT salmon",
    "NEAR(salmon quota, 2)",
    "text:salmon",
    "title : salmon -quota",
    "{title text} : salmon",
    "salmon*",
    "^salmon + quota",
    "(salmon",
    ")))(((",
    "salmon; DROP TABLE passages; --",
    ":match :ids ? ?1 @x $y %s {0}",
    "\x00salmon\x00",
    "\ud800 salmon",
    "🎉🐟 salmon 👩‍👩‍👧",
    "²½ ① Ⅷ ٣",
    "e\u0301\u0302\u0303 \u200b \u202e nomlas",
    "the of and is",
    "ok",
    "會議" * 1000,
    "".join(chr(0x4E00 + n) for n in range(4096)),
    "salmon " * 585,
    "x" * 4096,
    " ".join(f"w{n}" for n in range(800)),
    "हिन्दी मछली ไทย ภาษา",
]


def test_any_text_is_a_query(searched):
    """Nothing in it is an operator, and what can be found in spite of it is found."""
    searched.put("a", "The salmon quota is fine, NOT (text).", "Of the herring.")
    for query in HOSTILE:
        found = searched.found(query)
        assert "salmon" not in query or found[0] == "a#0", query


def test_random_texts_are_queries(searched):
    searched.put("a", "The salmon quota is fine.", "会議は東京で。", speaker="Ana")
    chance = random.Random(20260312)
    operators = "aNOTRDE \"'*^:()-+{}[]<>,;.!?/\\|&%$#@~`_=\t\n\x00\x7f"
    scripts = "019éßİ\u0131\ufb01会議の한א🎉\u0301\u200d\ufeff\ud800\U0001d400"
    for _ in range(300):
        searched.found("".join(chance.choices(operators + scripts, k=chance.randint(1, 120))))


def test_nothing_but_stop_words_still_finds_the_words(searched):
    searched.put("a", "To be or not to be.", "Herring.")
    assert searched.best("to be or not to be") == ["a#0"]
