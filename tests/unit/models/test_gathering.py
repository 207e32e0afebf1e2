"""A model's response with its text gathered: what becomes one frame, what is handed on as it came; no letter lost."""

import json
import random

import h11
import pytest

from footnote.models.gathered_response import GatheredResponse

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
ABOUT = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
DONE = b"data: [DONE]\n\n"


def frame(text, finish=None, *, delta=(), usage=None, **fields):
    """A chat completion's frame, as a serving endpoint writes it."""
    chunk = ABOUT | {"choices": [{"index": 0, "delta": {"content": text, **dict(delta)}, "finish_reason": finish}]}
    return f"data: {json.dumps(chunk | ({'usage': usage} if usage else {}) | fields)}\n\n".encode()


def used(tokens):
    return {"prompt_tokens": 100, "completion_tokens": tokens, "total_tokens": 100 + tokens}


def chunked(*frames):
    return b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in frames)


def body(response):
    """A response's body as httpcore's parser of HTTP reads it, and whether it is whole."""
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
    client.send(h11.EndOfMessage())
    client.receive_data(response)
    data = b""
    while (event := client.next_event()) is not h11.NEED_DATA:
        if isinstance(event, h11.EndOfMessage):
            return data, True
        data += event.data if isinstance(event, h11.Data) else b""
    return data, False


def gathered(*frames, sent=None, end=b"0\r\n\r\n"):
    """The body that is handed on of a response; ``sent`` are the pieces that it comes in."""
    raw = HEAD + chunked(*frames) + end
    response = GatheredResponse()
    return body(b"".join(map(response.feed, sent(raw) if sent else [raw])))[0]


def text(of):
    """The text of a body, and what else its frames say, each change once."""
    chunks = [json.loads(line.removeprefix("data: ")) for line in of.decode().split("\n\n") if line[6:7] == "{"]
    return "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks)


def test_pieces_that_come_together_are_one_frame():
    assert gathered(frame("The "), frame("launch "), frame("moved.")) == frame("The launch moved.")


def test_what_says_anything_else_is_handed_on_as_it_came_and_in_its_place():
    calls = [{"index": 0, "function": {"name": "look", "arguments": "{}"}}]
    for other in (
        frame("", "stop"),
        frame("end", "length"),
        frame("b", delta={"tool_calls": calls}),
        frame("b", delta={"reasoning": "hm"}),
        frame("b", custom_outputs={"n": 1}),
        frame("b", databricks_output={"trace": {}}),
        frame([{"type": "text", "text": "b"}]),
        frame('[{"type": "text", "text": "b"}]'),
        b'data: {"error": {"message": "no", "content": ""}}\n\n',
        b'event: response.output_text.delta\ndata: {"type": "response.output_text.delta", "delta": "b"}\n\n',
        b'data: {"choices": [{"delta": {"content": "broken\n\n',
        b'data: {"choices": [{"delta": {"content": "\xff"}, "finish_reason": null}]}\n\n',
        b": a comment\n\n",
        DONE,
    ):
        given = frame("a"), frame("a"), other, frame("c"), frame("c")
        assert gathered(*given) == frame("aa") + other + frame("cc")


def test_the_first_frame_with_its_role_stays_apart():
    first = frame("The ", delta={"role": "assistant"})
    assert gathered(first, frame("la"), frame("unch")) == first + frame("launch")


def test_of_what_was_used_so_far_the_last_word_counts():
    frames = [frame(word, usage=used(n)) for n, word in enumerate(("a", "b", "c"), 1)]
    assert gathered(*frames) == frame("abc", usage=used(3))
    assert gathered(*frames, frame("d")) == frame("abc", usage=used(3)) + frame("d"), "the one word on it stays"


def test_the_same_about_each_is_looked_at_once_more_where_it_changes():
    later = frame("c", created=2)
    assert gathered(frame("a"), frame("b"), later, later) == frame("ab") + frame("cc", created=2)


def test_no_list_of_blocks_comes_about_that_was_none():
    """``chunks.py`` tells such a list by the text alone; so one that may be one is never put together."""
    pieces = ["[", '{"type": "text", ', '"text": "a"}]']
    frames = gathered(*map(frame, pieces)).split(b"\n\n")
    assert frames[0] + b"\n\n" == frame("[")
    assert text(gathered(*map(frame, pieces))) == "".join(pieces)
    assert frame("[") in gathered(*map(frame, ["", *pieces]))
    assert gathered(frame("see "), frame("[1]"), frame(".")) == frame("see [1].")


@pytest.mark.parametrize("ascii_only", [True, False])
def test_any_text_cut_anywhere_is_the_same_text(ascii_only):
    """Quotes, escapes, breaks, halves of surrogate pairs; frames of every kind; bytes that come in any pieces."""
    random.seed(6)
    letters = 'ab "\\/{}[]:,\n\r\t\u2028äé€😀"content": "'
    for _ in range(150):
        pieces = ["".join(random.choices(letters, k=random.randrange(5))) for _ in range(random.randrange(1, 12))]
        frames = [json.loads(frame(piece)[6:]) for piece in pieces]
        raw = [f"data: {json.dumps(each, ensure_ascii=ascii_only)}\n\n".encode() for each in frames]

        def cut(data):
            at = sorted(random.choices(range(len(data)), k=random.randrange(8)))
            return [data[begin:end] for begin, end in zip([0, *at], [*at, len(data)], strict=True) if end > begin]

        assert text(gathered(*raw, frame("", "stop"), DONE, sent=cut)) == "".join(pieces)


def test_frames_and_chunks_of_http_need_not_begin_together():
    raw = frame("a") + frame("b") + frame("", "stop") + DONE
    whole = GatheredResponse()
    cut = [raw[n : n + 7] for n in range(0, len(raw), 7)]
    told, is_whole = body(whole.feed(HEAD + chunked(*cut) + b"0\r\n\r\n"))
    assert (told, is_whole) == (frame("ab") + frame("", "stop") + DONE, True)


@pytest.mark.parametrize("end", [b"", b"5\r\nab", b"zz\r\nab", b"3\r\nabcd\r\n", b"\r\n", b"0\r\n"])
def test_a_broken_end_is_as_broken_as_it_came(end):
    """The parser behind it meets the same bytes: what had come is kept, and the failure is its own."""
    response = GatheredResponse()
    handed_on = response.feed(HEAD + chunked(frame("a"), b"data: half") + end) + response.feed(b"")
    assert handed_on == HEAD + chunked(frame("a")) + chunked(b"data: half") + end


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 429 Too Many\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n",
        HEAD.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n"),
        b"no HTTP at all\r\n\r\n",
    ],
)
def test_any_other_response_is_not_touched(head):
    response = GatheredResponse()
    raw = head + chunked(frame("a"), frame("b"))
    assert b"".join(response.feed(raw[n : n + 5]) for n in range(0, len(raw), 5)) == raw
    assert not response.begun


def test_what_never_ends_is_not_kept(monkeypatch):
    monkeypatch.setattr("footnote.models.gathered_response.MOST_HELD", 1000)
    endless = b"data: " + b"x" * 2000
    for raw in (b"HTTP/1.1 200 OK\r\n" + b"x" * 2000, HEAD + chunked(endless), HEAD + b"fff\r\n" + endless):
        assert GatheredResponse().feed(raw).count(b"x") == raw.count(b"x")


def test_it_has_begun_with_the_first_text():
    response = GatheredResponse()
    response.feed(HEAD + chunked(frame("", delta={"role": "assistant"})))
    assert not response.begun
    response.feed(chunked(frame("The")))
    assert response.begun
