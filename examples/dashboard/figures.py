"""The rides and the revenue of a small bicycle network, made up for this example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
REGIONS = ("North", "South", "East", "West")
STATIONS: list[dict[str, Any]] = [
    {"station": "Harbour", "region": "South", "rides": (4210, 4630, 6120, 8240, 10150, 11380), "fare": 1.62},
    {"station": "Old Town", "region": "South", "rides": (5480, 5710, 7020, 8650, 9930, 10420), "fare": 1.48},
    {"station": "University", "region": "North", "rides": (6950, 7830, 8120, 8790, 9260, 6410), "fare": 0.97},
    {"station": "Science Park", "region": "North", "rides": (2140, 2280, 3050, 3890, 4470, 4120), "fare": 1.21},
    {"station": "Central Station", "region": "East", "rides": (8870, 8940, 10260, 11740, 12980, 13610), "fare": 1.75},
    {"station": "Market Hall", "region": "East", "rides": (3020, 3190, 4080, 5210, 6340, 6890), "fare": 1.39},
    {"station": "West Park", "region": "West", "rides": (1890, 2050, 3480, 5620, 7810, 9240), "fare": 1.55},
]
"""Each station's rides by month, and what a ride brings in."""


def stations(region: str) -> list[dict[str, Any]]:
    """The stations of a region, or all of them."""
    return [station for station in STATIONS if region in ("All", station["region"])]


def revenue(region: str) -> dict[str, list[int]]:
    """Each region's revenue by month."""
    shown = REGIONS if region == "All" else (region,)
    return {name: _by_month(name, lambda station, month: station["rides"][month] * station["fare"]) for name in shown}


def _by_month(region: str, amount: Callable[[dict[str, Any], int], float]) -> list[int]:
    return [round(sum(amount(station, month) for station in stations(region))) for month in range(len(MONTHS))]


def table(region: str) -> list[dict[str, Any]]:
    """A row for each station: what it did in June, and since January."""
    return [
        {
            "Station": station["station"],
            "Region": station["region"],
            "Rides in June": station["rides"][-1],
            "Since January": f"{station['rides'][-1] / station['rides'][0] - 1:+.0%}",
            "Revenue in June": round(station["rides"][-1] * station["fare"]),
        }
        for station in stations(region)
    ]
