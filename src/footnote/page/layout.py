"""The page: a thread of questions and answers, and below it the place to ask. Little of it is Dash's to render."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from dash import ClientsideFunction, Dash, Input, html
from dash.development.base_component import Component
from dash_extensions import SSE

from footnote.conversations import QUERY_LENGTH, Allowance
from footnote.page import ids, sidebar
from footnote.page.filter import filter_choices, filter_field
from footnote.page.library import library
from footnote.page.markup import markup
from footnote.page.models import model_choice, model_line, unfiltered_line
from footnote.page.nowhere import nowhere
from footnote.page.settings import settings
from footnote.page.source import source, table_place
from footnote.page.texts import Texts
from footnote.passages import Document, Kind
from footnote.wire import one_line

_DECORATION: dict[str, Any] = {"aria-hidden": "true"}
# A log is read aloud as it grows: what starts and ends is told in a region of its own, once.
_SUGGESTIONS = 4
_BUSY: dict[str, Any] = {"aria-busy": "true"}
_SILENT: dict[str, Any] = {"aria-live": "off"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page tells of: the library's documents, and the models' names, the default first."""

    documents: Sequence[Document]
    models: Sequence[str]
    streaming: bool = True
    """Whether answers are shown while they are written, or once they are whole."""
    allowance: Allowance | None = None
    base: str = "/"
    """The address at which the page begins."""
    unfiltered: Collection[str] = ()
    """The models whom a question's filter does not reach."""
    operator: bool = False
    """Whether who looks at it may see the operations page."""


def markup_of(shown: Shown, texts: Texts) -> str:
    """The whole page but for what Dash renders. Answers are painted into the thread by the scripts."""
    return markup(_page(shown, texts))


def library_of(shown: Shown) -> str:
    """What the scripts go by, as JSON that may stand in a ``script`` element."""
    return one_line(json.dumps(_library(shown), ensure_ascii=False)).replace("<", "\\u003c")


def layout(texts: Texts) -> list[Component]:
    """What Dash renders: the stream, and the place of a table."""
    return [SSE(id=ids.SSE, concat=True), table_place(texts)]


def callbacks(app: Dash) -> None:
    """The page's one callback: the stream's text so far goes to ``assets/50_chat.js``."""
    clientside: Any = app.clientside_callback
    clientside(ClientsideFunction("footnote", "receive"), Input(ids.SSE, "value"))


def _page(shown: Shown, texts: Texts) -> html.Div:
    return html.Div(
        [
            html.A(texts("page.skip"), href=f"#{ids.QUERY}", className="skip"),
            _header(shown, texts),
            sidebar.sidebar(shown.base, texts, operator=shown.operator),
            *sidebar.overlays(texts),
            html.Main(
                html.Div(
                    [
                        html.H1(texts("page.heading"), className="unseen"),
                        _welcome(shown, texts),
                        html.Div(id=ids.THREAD, className="thread", role="log", **_SILENT),
                    ],
                    className="column",
                ),
                id=ids.SCROLL,
                className="scroll",
                tabIndex=0,
                **_labelled(texts("page.conversation")),
            ),
            _composer(shown, texts),
            library(texts),
            settings(texts),
            nowhere(shown.base, texts),
            source(),
            html.Div(id=ids.ANNOUNCER, className="unseen", role="status"),
            html.Div(id=ids.ALERTS, className="unseen", role="alert"),
        ],
        className="page",
    )


def _header(shown: Shown, texts: Texts) -> html.Header:
    return html.Header(
        [
            sidebar.toggle(texts),
            html.A([html.Span(className="mark", **_DECORATION), "Footnote"], href=shown.base, className="brand"),
            html.Span(_library_line(shown.documents, texts), className="library-line"),
            html.Div(
                [
                    html.Button(
                        _icon("plus"),
                        id=ids.NEW_SHORT,
                        type="button",
                        className="icon-button outlined",
                        **_labelled(texts("history.new")),
                    ),
                    html.Button(
                        [_icon("sun"), _icon("moon")],
                        id=ids.SCHEME,
                        type="button",
                        className="icon-button outlined",
                        **_labelled(texts("page.scheme")),
                    ),
                ],
                className="tools",
            ),
        ],
        className="bar",
    )


def _welcome(shown: Shown, texts: Texts) -> html.Section:
    says = texts("page.welcome_says" if shown.documents else "page.library_empty")
    return html.Section(
        [
            html.H2(texts("page.welcome")),
            html.P(says),
            # Their places are kept for the suggestions, so that nothing jumps when they come.
            html.Ul(
                [html.Li(className="awaited") for _ in range(_SUGGESTIONS if shown.documents else 0)],
                className="suggestions",
                **_BUSY,
            ),
            html.Div(id=ids.OFFER, className="offer", hidden=True),
        ],
        id=ids.WELCOME,
        className="welcome",
    )


def _composer(shown: Shown, texts: Texts) -> html.Section:
    return html.Section(
        html.Div(
            [
                html.Button(
                    [_icon("down"), texts("composer.jump")], id=ids.JUMP, type="button", className="jump", hidden=True
                ),
                _connection(shown.base, texts),
                html.Div(id=ids.QUEUED, className="queued", hidden=True),
                html.Div(
                    [
                        html.Div(
                            id=ids.ABOUT,
                            className="about",
                            role="group",
                            hidden=True,
                            **_labelled(texts("context.label")),
                        ),
                        # Not a component that keeps its value: what is typed on a busy page would be written over.
                        html.Textarea(
                            id=ids.QUERY,
                            placeholder=texts("composer.placeholder"),
                            rows=1,
                            maxLength=QUERY_LENGTH,
                            className="query",
                            **_labelled(texts("composer.query")) | _described(ids.REMAINING),
                        ),
                        html.Div(
                            [
                                filter_field(texts),
                                html.Div(
                                    [
                                        *model_choice(shown.models, shown.unfiltered, texts),
                                        _send_button(texts),
                                        _stop_button(texts),
                                    ],
                                    className="actions",
                                ),
                            ],
                            className="composer-row",
                        ),
                    ],
                    className="composer",
                ),
                html.Div(
                    [
                        html.P(model_line(shown.models, texts), className="fine-print"),
                        unfiltered_line(shown.models, shown.unfiltered, texts),
                        html.P(id=ids.REMAINING, className="fine-print remaining"),
                    ],
                    className="small-print",
                ),
            ],
            className="column",
        ),
        className="dock",
        **_labelled(texts("composer.region")),
    )


def _connection(base: str, texts: Texts) -> html.Div:
    """What is said about the connection: the words are read aloud once, what counts and can be clicked is not."""
    return html.Div(
        [
            html.Span(className="connection-says", role="status"),
            html.Span(className="connection-wait", **_DECORATION),
            html.A(
                texts("connection.sign_in"),
                href=base,
                target="_blank",
                className="button filled connection-link",
                hidden=True,
            ),
            html.Button(texts("connection.try_now"), type="button", className="button connection-now"),
        ],
        id=ids.CONNECTION,
        className="connection",
    )


def _send_button(texts: Texts) -> html.Button:
    says = [html.Span(texts("composer.send")), _icon("up")]
    return html.Button(says, id=ids.SEND, type="button", className="send")


def _stop_button(texts: Texts) -> html.Button:
    says = [html.Span(texts("composer.stop")), _icon("stop")]
    return html.Button(says, id=ids.STOP, type="button", className="stop", hidden=True)


def _library(shown: Shown) -> dict[str, Any]:
    """What the scripts go by.

    What a filter may be chosen from, whether answers stream, and the time that the rate is for.
    """
    return {
        "documents": filter_choices(shown.documents),
        "streaming": shown.streaming,
        "window_s": shown.allowance.seconds if shown.allowance else 0,
    }


def _library_line(documents: Sequence[Document], texts: Texts) -> str:
    recordings = sum(document.kind is Kind.RECORDING for document in documents)
    counts = [("stage.recordings", recordings), ("stage.documents", len(documents) - recordings)]
    return " · ".join(texts(key, count=count) for key, count in counts if count)


def _icon(name: str) -> html.Span:
    return html.Span(className=f"icon icon-{name}", **_DECORATION)


def _described(by: str) -> dict[str, Any]:
    return {"aria-describedby": by}


def _labelled(label: str) -> dict[str, Any]:
    return {"aria-label": label}
