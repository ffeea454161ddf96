"""What is said of a sweep: a verdict for a course, and one for all of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from winit_lint.ir.sweep import Course, Place, Sweep
from winit_lint.reports.probe_rows import number

DIRECTIONS = ("forward", "backward")
MEANING: Mapping[str, str] = {
    "forward": "second moment of the output",
    "backward": "squared gradient there over that at the output",
}


def course_of(place: Place, direction: str) -> Course:
    """One direction of a place."""
    return place.forward if direction == "forward" else place.backward


def title(sweep: Sweep) -> str:
    """What was swept."""
    return f"{sweep.kind} sweep: {sweep.name} = {', '.join(map(str, sweep.sizes))}"


def path_of(place: Place) -> str:
    """The module's path; the model's own has a name of its own."""
    return place.path or "(output)"


def verdict(course: Course, name: str) -> str:
    """The growth in words and numbers."""
    match course.law:
        case "constant":
            return "constant"
        case "zero":
            dead = all(not value for each in course.values for value in each)
            return f"0 at {'all' if dead else 'some'} sizes"
        case "not finite":
            return "not measured, or not finite, at some sizes"
    assert course.rate is not None and course.change is not None
    about = "" if course.spread is None else f" ± {number(course.spread, 2)}"
    rate = f"{number(course.rate, 3)}{about}"
    if course.law == "unclear":
        return f"no clear trend (x{number(course.change, 2)})"
    if course.law == "n^a":
        return f"{'grows' if course.rate > 0 else 'falls'} like {name}^a, a = {rate}"
    return f"{'grows' if course.rate > 1 else 'vanishes'} by a factor of {rate} a layer"


def conclusions(sweep: Sweep) -> Iterator[tuple[str, str]]:
    """(direction, verdict): where it changes most, or that it changes nowhere, of what all of the signal passes."""
    chosen = [place for place in sweep.places if place.main] or sweep.places
    for direction in DIRECTIONS:
        courses = [(place, course_of(place, direction)) for place in chosen]
        moving = [(place, course) for place, course in courses if course.law in {"n^a", "factor"}]
        broken = [(place, course) for place, course in courses if course.law in {"zero", "not finite"}]
        if not courses:
            continue
        if moving:
            place, course = max(moving, key=lambda each: abs(math.log(each[1].change or 1.0)))
            count = f"at {len(moving)} of {len(courses)} places, most at `{path_of(place)}`"
            yield direction, f"{verdict(course, sweep.name)} ({count})"
        elif broken:
            yield direction, f"{verdict(broken[0][1], sweep.name)} (at `{path_of(broken[0][0])}`)"
        elif all(course.law == "constant" for _, course in courses):
            yield direction, f"constant at all {len(courses)} places"
        else:
            yield direction, "no change that the seeds have in common"


def middle(values: tuple[float | None, ...]) -> float | None:
    """The geometric mean over builds; None where one is not known, 0 where one is 0."""
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    return 0.0 if min(known) <= 0 else math.exp(sum(map(math.log, known)) / len(known))


def as_document(sweep: Sweep) -> dict[str, Any]:
    """The sweep for JSON, with its verdicts."""
    made = asdict(sweep)
    for shown, place in zip(made["places"], sweep.places, strict=True):
        for direction in DIRECTIONS:
            shown[direction]["verdict"] = verdict(course_of(place, direction), sweep.name)
    return {**made, "verdicts": dict(conclusions(sweep))}
