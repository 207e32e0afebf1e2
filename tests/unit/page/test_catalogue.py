"""All texts of the page stand in the catalogue, whole in each language, and none stands elsewhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from footnote.errors import Code
from footnote.load_errors import Reason
from footnote.page.texts import LANGUAGES, Text, Texts, catalogue
from footnote.refusals import Why
from footnote.retrieval import index_client
from footnote.retrieval.index_failures import Trouble
from footnote.web.identity import NoToken

ROOT = Path(__file__).parents[3]
SCRIPTS = sorted((ROOT / "assets").rglob("*.js"))
PAGE = sorted((ROOT / "src/footnote/page").rglob("*.py"))
EXPORT = sorted((ROOT / "src/footnote/answers/export").glob("*.py"))
ROOMS = sorted((ROOT / "src/footnote").glob("suggesting/*.py"))
INTERVIEW = [ROOT / "src/footnote/answers" / f"{name}.py" for name in ("onboarding", "usual_sources")]
PARTS_OF_APP = [ROOT / "src/footnote" / f"{name}.py" for name in ("app", "requested")]
MOUNT = sorted((ROOT / "src/footnote/mount").glob("*.py"))
SOURCES = [*MOUNT, *SCRIPTS, *PAGE, *EXPORT, *ROOMS, *INTERVIEW, *PARTS_OF_APP]

REFUSED = (
    {f"AUTH_ERROR_{why.name}": why.value for why in Why}
    | {"AUTH_ERROR_no_token": NoToken.message, "AUTH_ERROR_app_index": index_client.REFUSED}
    | {f"RETRIEVAL_FAILED_{trouble.name}": trouble.value for trouble in Trouble}
)
PARTS = {key.partition(".")[0] for key in catalogue()}
KEY = re.compile(rf"""["'`]((?:{"|".join(sorted(PARTS))})\.(?:\w|\$?\{{[^}}]*\}})+)["'`]""")
FILLED = re.compile(r"\$?\{[^}]*\}")
TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|(?P<text>"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)"""
    r"""|(?<=[(=,:!&|?{;\s])/(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n])+/[a-z]*""",
    re.DOTALL,
)
# A person's words begin with a capital letter, or are a sentence.
WORDS = re.compile(r"^\W*[A-ZÄÖÜ][a-zäöü]+|[a-z]{2,}[.…?!] |[a-z]…$")
# What a browser or HTTP calls by such names; an image without a name is "Image" in the server's blocks too.
NAMES = re.compile(
    r"^\W*(?:Escape|Enter|Tab|Home|End|Page(?:Up|Down)|Arrow\w+|Delete|Backspace|Space|Shift|Control|Alt|Meta"
    r"|Files|Content-Type|Content-Length|Accept|Date|Retry-After|Footnote|Image|HTMLInputElement|AbortError|TimeoutError)$"
)


def values(text: Text) -> set[str]:
    forms = [text] if isinstance(text, str) else text.values()
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}


def used() -> dict[str, set[str]]:
    """The keys in the sources, and the patterns of those that are put together, with the files they are in."""
    found: dict[str, set[str]] = {}
    for path in SOURCES:
        for key in KEY.findall(path.read_text("utf-8")):
            found.setdefault(key, set()).add(path.name)
    return found


def matching(key: str) -> list[str]:
    pattern = ".+".join(re.escape(part) for part in FILLED.split(key))
    return [known for known in catalogue() if re.fullmatch(pattern, known)]


@pytest.mark.parametrize("key", catalogue())
def test_every_text_is_there_in_every_language_with_the_same_values_and_forms(key):
    """A sentence that is forgotten in one language fails here, not before a reader."""
    forms = catalogue()[key]
    assert set(forms) == set(LANGUAGES)
    first = forms[LANGUAGES[0]]
    for text in forms.values():
        assert values(text) == values(first)
        assert isinstance(text, str) == isinstance(first, str)
        assert isinstance(text, str) or set(text) == {"one", "other"}
        assert text if isinstance(text, str) else all(text.values())


def test_every_key_that_is_used_exists():
    """Otherwise the page would break where it is said."""
    assert {key: files for key, files in used().items() if not matching(key)} == {}


def test_every_text_is_used():
    """What nobody says is not translated either."""
    said = {known for key in used() for known in matching(key)}
    said |= {f"problem.{code}" for code in Code}  # by the code that the server sent
    said |= {f"problem.{name}" for name in REFUSED}
    assert set(catalogue()) - said == set()


def test_every_problem_that_the_server_tells_has_its_words():
    """But a request that can't be read: only the server knows what is wrong with it."""
    problems = {key.partition(".")[2] for key in catalogue() if key.startswith("problem.")}
    assert problems == (set(Code) - {Code.INVALID_REQUEST}) | set(REFUSED)


def test_every_reason_for_which_a_user_is_refused_has_the_servers_words():
    words = catalogue()
    assert {name: words[f"problem.{name}"]["en"] for name in REFUSED} == REFUSED


def test_every_reason_not_to_take_a_file_in_has_its_words():
    """In English those of the server, which the command line says as well."""
    words = {key.partition(".")[2]: forms["en"] for key, forms in catalogue().items() if key.startswith("unreadable.")}
    assert words == {reason.name: reason.value for reason in Reason}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_has_words_of_its_own(path):
    """They would be said in one language only."""
    texts = [found["text"][1:-1] for found in TOKEN.finditer(path.read_text("utf-8")) if found["text"]]
    texts = [FILLED.sub("", text) for text in texts]
    assert [text for text in texts if WORDS.search(text) and not NAMES.match(text)] == []


@pytest.mark.parametrize("path", PAGE, ids=lambda path: path.name)
def test_no_part_of_the_layout_has_words_of_its_own(path):
    """Docstrings and attributes aside."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]
    assert [text for text in texts if WORDS.search(text) and not NAMES.match(text) and "<html" not in text] == []


def test_a_text_has_its_values_and_the_form_of_its_count():
    """Numbers as the language writes them."""
    assert Texts("en")("stage.documents", count=1) == "1 document"
    assert Texts("en")("stage.documents", count=1400) == "1,400 documents"
    assert Texts("de")("stage.documents", count=1400) == "1.400 Dokumente"


def test_the_texts_can_stand_in_a_script_element():
    """Nothing in them ends it."""
    assert "<" not in Texts("de").for_browser()
