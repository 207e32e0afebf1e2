"""The ids of the operations page's parts, and what of them changes with the figures."""

WINDOW = "ops-window"
REFRESH = "ops-refresh"
EVERY = "ops-every"
DUE = "ops-due"
STATE = "ops-state"
FIGURES = "ops-figures"
NOW = "ops-now"
NOTHING = "ops-nothing"
TOLD = "ops-told"
NEVER = "never"

PLOTTED = ("load", "first", "errors", "feedback", "documents")
"""The sections with a plot, whose table is folded."""
TABLED = ("unanswered", "models", NEVER)
"""Those with a table alone."""


def heading(name: str) -> str:
    """A section's heading."""
    return f"ops-{name}"


def says(name: str) -> str:
    """Its sentence."""
    return f"ops-{name}-says"


def shown(name: str) -> str:
    """What is hidden where there is nothing to show."""
    return f"ops-{name}-shown"


def plot(name: str) -> str:
    """Its plot."""
    return f"ops-{name}-plot"


def table(name: str) -> str:
    """Its table's place."""
    return f"ops-{name}-table"


CHANGING: tuple[tuple[str, str], ...] = (
    (STATE, "children"),
    (FIGURES, "hidden"),
    (NOW, "children"),
    (NOTHING, "hidden"),
    (TOLD, "hidden"),
    *((says(name), "children") for name in (*PLOTTED, *TABLED)),
    *((shown(name), "hidden") for name in (*PLOTTED, *TABLED)),
    *((table(name), "children") for name in (*PLOTTED, *TABLED)),
    *((plot(name), property) for name in PLOTTED for property in ("figure", "style")),
)
"""Each id, and the property of it that a look at the figures sets: the parts themselves stay, and so does the focus."""
