"""Makes the sample library's PDF, the winter report. Run it after changing it: `python docs/sample/make_pdf.py`."""

# ruff: noqa: INP001 - a script, not a package

from __future__ import annotations

from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "src" / "footnote" / "sample" / "reports" / "winter-report-2025-26.pdf"

INK, TEAL, PALE = colors.HexColor("#1c2b33"), colors.HexColor("#0f6b6b"), colors.HexColor("#e6f0ef")
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10.5, leading=15, spaceAfter=8, textColor=INK)
TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=22, leading=27, spaceAfter=4, textColor=TEAL)
LEAD = ParagraphStyle("lead", parent=BODY, fontSize=11.5, leading=17, spaceAfter=12)
HEADING = ParagraphStyle(
    "heading", fontName="Helvetica-Bold", fontSize=14, leading=18, spaceBefore=10, spaceAfter=6, textColor=TEAL
)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=9.5, leading=12, spaceAfter=0, alignment=TA_LEFT)

Story = list[Flowable]


def overview() -> Story:
    """The first page: what the winter was like, in a few figures."""
    return [
        Paragraph("Winter report 2025/26", TITLE),
        Paragraph("Tern Bay Bikes, December 2025 to February 2026. Written by Priya Raman, 5 March 2026.", BODY),
        Paragraph(
            "Riders made 82,316 trips this winter, 6 percent more than the winter before, on 310 bikes (220 pedal "
            "bikes and 90 e-bikes) at 28 stations. Too many of those bikes stood in the depot: on an average January "
            "day only 84 percent of the fleet could be ridden.",
            LEAD,
        ),
        Paragraph("Trips and availability", HEADING),
        table(
            ["Month", "Trips", "Fleet available", "Battery failures", "Days to repair"],
            ["December 2025", "27,460", "91 %", "17", "3.1"],
            ["January 2026", "25,118", "84 %", "41", "5.4"],
            ["February 2026", "29,738", "87 %", "22", "4.2"],
            ["Target", "", "92 %", "", "2.5"],
        ),
        Spacer(1, 4 * mm),
        Paragraph(
            "January was the weakest month. It had eleven nights below freezing, and two mechanics' posts had been "
            "vacant since November. A bike with a fault waited 5.4 days for its repair in January, more than twice as "
            "long as our target of 2.5 days.",
            BODY,
        ),
        Paragraph(
            "February was better in every figure, and also the busiest month. Central Station had 2,871 trips, Market "
            "Cross 2,318 and Harbour Steps 1,964. At the other end, Quarry Lane had 97.",
            BODY,
        ),
        Paragraph(
            "E-bikes made 15 percent of the trips in February, though they are 29 percent of the fleet. They earn more "
            "for each trip and cost more to keep ready: an e-bike brought in 6.10 pounds a day, a pedal bike 4.05.",
            BODY,
        ),
    ]


def batteries() -> Story:
    """The second page: why batteries failed, and what riders complained about."""
    return [
        PageBreak(),
        Paragraph("Why batteries failed", HEADING),
        Paragraph(
            "There were 80 battery failures this winter, 41 of them in January. Cold alone did not cause them. 33 of "
            "the 41 packs that failed in January had dropped below 15 percent charge in the night before. A pack that "
            "is both cold and almost empty shuts itself down, and many do not start again.",
            BODY,
        ),
        Paragraph(
            "We swap a battery when its charge falls to 20 percent, which comes to about 210 swaps a week. A pack "
            "swapped at 20 percent in the evening may well be under 15 percent by the morning, because nobody swaps "
            "between 18:00 and 06:00. A higher threshold, an evening shift, or both would prevent most of these "
            "failures. A refurbished pack costs 140 pounds, so the 80 failures cost 11,200 pounds.",
            BODY,
        ),
        Paragraph("What riders complained about", HEADING),
        table(
            ["Subject", "Complaints", "Share"],
            ["Docking fault: the ride went on", "128", "41 %"],
            ["Empty or full station", "74", "24 %"],
            ["Billing and prices", "61", "20 %"],
            ["Condition of the bike", "33", "11 %"],
            ["Other", "16", "5 %"],
            ["All", "312", ""],
        ),
        Spacer(1, 4 * mm),
        Paragraph(
            "We received 312 complaints, one for every 264 trips. Docking faults are the largest subject. We refunded "
            "1,730 pounds for them, 13.50 pounds on average. Most of these faults come from 46 docks of the oldest "
            "kind, whose latches wear out; replacing a latch costs 38 pounds.",
            BODY,
        ),
    ]


def stations() -> Story:
    """The third page: stations, weather and what comes next."""
    return [
        PageBreak(),
        Paragraph("Empty stations", HEADING),
        Paragraph(
            "On weekday mornings between 7 and 9, Market Cross was empty on 34 percent of days in February, Beacon "
            "Hill on 29 percent and Aldersea Station on 26 percent. The two vans moved 5,940 bikes this winter, 38 "
            "percent of them between 6 and 9 in the morning. The second van was in the workshop for 19 days.",
            BODY,
        ),
        Paragraph("Harbour Steps and the tides", HEADING),
        Paragraph(
            "Spring tides closed Harbour Steps on nine days this winter: two in December, four in January and three in "
            "February. Water reached the terminal twice, and the repair cost 1,260 pounds. The forecast for next "
            "winter is no better, so the station has to be raised or moved.",
            BODY,
        ),
        Paragraph("What we recommend", HEADING),
        Paragraph("1. Raise the threshold for battery swaps, and count what the additional swaps cost.", BODY),
        Paragraph("2. Fill both mechanics' posts before Easter, and order hubs and latches for the whole year.", BODY),
        Paragraph("3. Move Harbour Steps to higher ground before the summer.", BODY),
        Paragraph(
            "4. Replace the 46 oldest latches. At 38 pounds each that is 1,748 pounds, about as much as one winter's "
            "refunds for docking faults.",
            BODY,
        ),
        Paragraph(
            "The figures for each station in February are in the file station-figures.csv. Questions about this "
            "report go to Priya Raman, head of data.",
            BODY,
        ),
    ]


def table(header: list[str], *rows: list[str]) -> Table:
    """A table with a quiet header."""
    cells = [[Paragraph(f"<b>{name}</b>", CELL) for name in header], *[[Paragraph(c, CELL) for c in r] for r in rows]]
    made = Table(cells, colWidths=[170 * mm / len(header)] * len(header), hAlign="LEFT")
    lines = ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.HexColor("#b9cccb"))
    made.setStyle(TableStyle([("BACKGROUND", (0, 0), (-1, 0), PALE), lines, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    return made


def footer(canvas: Canvas, document: SimpleDocTemplate) -> None:
    """The page's number."""
    canvas.setFont("Helvetica", 8)
    canvas.setFillColor(INK)
    canvas.drawString(20 * mm, 12 * mm, f"Tern Bay Bikes, winter report 2025/26, page {document.page}")


def main() -> None:
    """Write the PDF; the same bytes each time."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    document = SimpleDocTemplate(
        str(TARGET),
        pagesize=A4,
        title="Winter report 2025/26",
        author="Tern Bay Bikes",
        invariant=1,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=20 * mm,
        bottomMargin=22 * mm,
    )
    document.build([*overview(), *batteries(), *stations()], onFirstPage=footer, onLaterPages=footer)


if __name__ == "__main__":
    main()
