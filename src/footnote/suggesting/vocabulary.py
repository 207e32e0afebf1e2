"""Words that make no topic, and words that a noun stands behind; English and German."""

from __future__ import annotations

from footnote.words import ASKING_WORDS, STOP_WORDS

_GENERAL = """\
ability able absolutely accident act action actual actually additional advantage advantages ago agree almost alone
along already alright alternative although always amazing amount annoying another answer answers anybody anyway
anyways applause appropriate april area around aspect attempt august available average aware away back background bad
based basic basis beautiful began begin behind believe best better big bit bits blah blank bored bottom brain break
brief bring broken brought bunch business busy buy call came canadians care careful case cases cause cent certain
certainly certainty chair chance change cheap choice choose circumstances clear clearly clever close clue colleague
colour comment committee common complete completely complex concern confident confusion context conversation cool
correct couple course cover critical crosstalk curious current currently day days deal dear december decent decide
decided decision definite definitely depend deputy description detail details difference different difficult direction
directly disagree discussion document documents dollars double easier easy edge effect effort else email end enough
entire entirely especially essentially ever everybody everyone everything exact exactly example excellent except
exception existing expect expensive expert explain explanation extent extra extreme extremely eye face fact fair
fairly fantastic far fault favourite february feel feeling fellow fellows few fewer fifteen fifty figure file final
finally find fine finish first five focus folks follow following forget form forth forty forward found four free
friday friend front full fully fun function funny further future gap general generally gentleman gentlemen glad go
goal goes going good got great guess guy guys half hand hands hang happen happens happy hard have head hear heard
hello help hey hi high hint hold hon honestly honorable honourable hopefully hour hours huge hundred idea ideas
imagine immediately important impression inaudible include including indeed information initial instance instead
interest interested interesting into introduction issue issues item items january job joke july june keep kid know
lack large last late later laugh laughter lead learn least leave left less let letter level light line list little
live local long longer look looking lot lots low luck madam made main major make makes making man manner many march
marketing matter maybe mean means meet meeting member mess middle million mind mine minister ministers minute minutes
miss mistake mister moment monday money month months mood more morning most mostly move name natural nature near
nearly necessarily necessary need needs never new newer next nice night nine nobody none normal normally note nothing
notice november number numbers obvious obviously october offer often old older one ones open opinion opportunity
opposite option options order ordinary original otherwise overall own page pardon part particular particularly parts
past pay people per percent percentage perfect perfectly perhaps period person personal personally phrase piece pieces
place plan play please pleasure plenty plus point points position possibility possible possibly practical presence
presentation pretty previous probably problem problems proceed process proper provide purpose purposes put quarter
question quick quickly quite quote range rather read ready real reality realize reason reasons recent recently
recording recordings reference regard regarding regular related remaining remark remember rest result results return
right room round row rule run same saturday save saw say saying scale scenario second seconds section see seem seems
seen sense sentence separate september series serious session set seven several shape short shot show side sign
silence similar simple simply since single sir sit situation six size slight slightly slow small solution somebody
somehow someone something sometimes somewhat somewhere soon sorry sort sound source speak speaker speakers special
specific stage stand standard start state statement step stick stop story straight strong stuff style subject such
suggest suggestion sum summary sunday super suppose sure surely surprise table take taken takes talk talking task
technical technically tell ten tend term terms test than thank thanks theory thick thin thing things think thinking
third thirty thought thoughts thousand three thursday time times today together told tomorrow ton tonight took top
topic total totally touch toward towards track transcript tried trouble truth try trying tuesday turn turns twelve
twenty two type types understand understanding understood unintelligible unless up usual usually utmost value variety
various version view vocalsound wait want wanted wants way ways wednesday week weeks weird well whatever whether whole
wonder wonderful word words work worked working works world worry worse worst worth write wrong year years yesterday
young younger zero
"""
_GERMAN = """\
aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim beispiel bin bis bist da dabei
dafür damit danke dann daran darauf daraus darin darüber das dass dein dem den denn der des deshalb die dies diese
diesem diesen dieser dieses ding dinge doch dort du durch eben ein eine einem einen einer eines er es etwa etwas euch
euer fall frage fragen für ganz gar gegen genau gibt guten habe haben hallo halt hat hatte hatten hier hin ich ihm ihn
ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jahr jahre jede jedem jeden jeder jedes jetzt kann kein keine
können könnte leute machen mal man mehr mein meine menge mit morgen muss müssen nach natürlich nein nicht nichts noch
nun nur ob oder ohne punkt sache sachen schon sehr sein seine seinem seinen seiner seit sich sie sind so sodass soll
sollte sondern sonst tag tage teil thema um und uns unser unsere unter viel viele vielleicht vom von vor wann war
waren warum was weil weise welche welcher wenn wer werde werden wie wieder will wir wird wo wollen wurde wurden zeit
zu zum zur zwar zwei zwischen über
"""

_NO_TOPIC = STOP_WORDS | ASKING_WORDS | frozenset(_GENERAL.split()) | frozenset(_GERMAN.split())
_ENDINGS = ("", "s", "es", "d", "ed", "ing", "er")


def may_be_of_topic(word: str) -> bool:
    """Whether a word in lower case says anything: most hold sentences together, fill speech, or fit any subject."""
    return not any(word.endswith(ending) and word.removesuffix(ending) in _NO_TOPIC for ending in _ENDINGS)


BEFORE_NOUNS = frozenset(
    """the a an this that these those our their your my his her its of in on for with without about by per no any some
    each every into from over under between against
    der die das den dem des ein eine einen einem einer eines im am zum zur vom beim mit für über unser unsere unserer
    ihre ihrer keine kein jede jeder diese dieser dieses von""".split()
)
"""Words in lower case behind which a noun, or what belongs to one, comes."""

NOT_BEFORE_NOUNS = frozenset(
    """to i you he she we they it who not can could will would shall should may might must do does did don't didn't
    doesn't can't let's let ich du er wir ihr sie kann muss will soll nicht""".split()
)
"""Words in lower case behind which a verb comes."""

ARTICLES = frozenset("the this that these those our their your my his her its a an".split())
"""Words in lower case in whose place "the" may stand."""

DECIDING = frozenset(
    """decide decided decides decision agree agreed agrees settled conclude resolved beschlossen entschieden einigen
    geeinigt beschließen entscheiden vereinbart""".split()
)
"""Words in lower case with which people come to a decision."""
