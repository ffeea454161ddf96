"""The page of a probe as text, and the picture: self-contained, and nothing in it breaks out of its place."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from xml.etree import ElementTree

import pytest
from probed_by_hand import FINDING, HOSTILE, account, failed, hostile, model
from report_readers import Reader

from winit_lint.finding import Evidence
from winit_lint.ir.measured import Unmeasured
from winit_lint.reports.depth_plot import DepthPlot, depth_plot
from winit_lint.reports.html import fragment, page
from winit_lint.reports.plot import render
from winit_lint.reports.probe_steps import steps


def test_the_page_asks_for_nothing() -> None:
    read = Reader(page([account(model(), FINDING)]))
    assert not read.open
    for tag, attributes in read.elements:
        for name, value in attributes.items():
            assert name not in {"src", "style", "srcset", "action"} and not name.startswith("on"), (tag, name)
            assert name != "href" or value == "data:,", value
    assert not re.search(r"url\(|@import|https?:(?!//www\.w3\.org/2000/svg)", read.raw["style"] + read.raw["script"])


def test_the_policy_names_the_style_and_the_script() -> None:
    read = Reader(page([account()]))
    (policy,) = (m["content"] for m in read.named("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and "default-src 'none'" in policy and "unsafe" not in policy
    for kind in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(read.raw[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_names_and_text_stay_text() -> None:
    html = page([hostile(), account(target=f"{HOSTILE}::Net")])
    read = Reader(html)
    assert "img" not in {tag for tag, _ in read.elements} and html.count("</script") == 1
    assert "\x1b" not in html and "\u202e" not in html
    shown = HOSTILE.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
    assert read.text.count(shown) >= 6, "target, name, layer, message, condition, remark"
    assert any(each.get("data-name") == f"{shown}.weight" for each in read.named("tr"))
    assert "img" not in {tag for tag, _ in Reader(fragment(hostile())).elements}


def test_all_of_the_account_is_there() -> None:
    text = " ".join(
        Reader(page([account(model(skipped=[Unmeasured("resets", "no meta device")]), FINDING)])).text.split()
    )
    for part in (
        "1 warning",
        "warning WI905 vanishing-signal",
        "nn.init.xavier_normal_(self.layers[0].weight)",
        "layers.3.weight",
        "xavier_normal_()",
        "predicted 0.5 (",
        "with every bias zero 0.25",
        "50% of entries are 0",
        "resets: no meta device",
        "2.4 ± 0.01 over 3 builds at `head`; ln 10 = 2.3",
        "no network",
        "not enforcedmemory",
    ):
        assert part in text, part


def test_the_evidence_of_a_finding_is_shown() -> None:
    evidence = Evidence("confirmed", "net.py::Net", values=(("forward", 0.5),))
    text = Reader(page([account(model(), dataclasses.replace(FINDING, evidence=evidence))])).text
    assert "probe confirmed by net.py::Net: forward 0.5" in " ".join(text.split())


def test_several_targets_have_a_list_in_front() -> None:
    read = Reader(page([account(), failed()]))
    assert [each["href"] for each in read.named("a")] == ["#target-0", "#target-1"]
    assert [each["id"] for each in read.named("section")] == ["target-0", "target-1"]
    assert "import failed" in read.text
    assert not Reader(page([account()])).named("a")


def test_a_fragment_is_a_part_of_a_page() -> None:
    read = Reader(fragment(account()))
    assert not read.open
    assert [tag for tag, _ in read.elements[:2]] == ["style", "div"]
    assert not read.named("html") and len(read.named("tr")) == 6


def test_each_row_carries_its_histogram() -> None:
    read = Reader(page([account(model({"head.weight": 0.5}))]))
    rows = {each["data-name"]: each for each in read.named("tr") if "data-name" in each}
    assert list(rows) == ["layers.0.weight", "layers.1.weight", "layers.2.weight", "layers.3.weight", "head.weight"]
    assert rows["head.weight"]["data-bins"] == "1 20 300 1700 1750 305 19 1"
    assert rows["head.weight"]["data-low"] == "-2.0" and rows["head.weight"]["data-promised-std"] == "0.125"
    marked = [each for each in read.named("td") if "unkept" in (each["class"] or "")]
    assert [each["data-key"] for each in marked] == ["0.5"]


def geometry() -> DepthPlot:
    made = depth_plot(steps(model(), (8, 64)), "Forward", lambda step: step.forward, 760, 300)
    assert made is not None
    return made


def test_the_plot_keeps_within_its_frame_and_falls_with_the_signal() -> None:
    plot = geometry()
    for path in (*plot.band, plot.predicted, plot.zeroed, plot.measured):
        points = [tuple(map(float, pair.split())) for pair in re.findall(r"[\d.]+ [\d.]+", path)]
        assert points
        for x, y in points:
            assert plot.left <= x <= plot.right and plot.top <= y <= plot.bottom
    heights = [point.y for point in plot.points]
    assert len(heights) == 9 and heights == sorted(heights) and heights[0] < heights[-1], "down is larger in SVG"
    assert [point.parameter for point in plot.points][:3] == ["layers.0.weight", "", "layers.1.weight"]
    assert [label.text for label in plot.columns] == ["layers.0", "layers.1", "layers.2", "layers.3", "head"]
    assert plot.points[0].y == plot.one


def test_the_parts_of_a_model_stand_along_its_plot() -> None:
    paths = ["body.embed", "body.h.0.attn", "", "body.h.0.mlp", "body.h.1.attn", "body.h.1.mlp.2", "head"]
    made = [dataclasses.replace(step, layer=path) for step, path in zip(steps(model()), paths, strict=False)]
    plot = depth_plot(made, "Forward", lambda step: step.forward, 760, 300)
    assert plot is not None
    assert [label.text for label in plot.columns] == ["embed", "h.0", "h.1", "head"]


def test_of_very_many_parts_only_those_with_a_name_are_marked() -> None:
    first = steps(model())[0]
    made = [dataclasses.replace(first, layer=f"layers.{place}") for place in range(200)]
    plot = depth_plot(made, "Forward", lambda step: step.forward, 760, 300)
    assert plot is not None
    assert 5 < len(plot.columns) < 20 and all(label.text for label in plot.columns)


def test_there_is_no_plot_without_a_pass() -> None:
    assert depth_plot((), "Forward", lambda step: step.forward, 760, 300) is None
    assert "Signal at step 0" not in page([failed()])


@pytest.mark.parametrize("accounts", [[account(), hostile()], [failed()], []])
def test_the_picture_is_drawn_in_both_formats(accounts: list[object]) -> None:
    assert render(accounts, "png").startswith(b"\x89PNG\r\n")  # type: ignore[arg-type]
    drawn = render(accounts, "svg")  # type: ignore[arg-type]
    root = ElementTree.fromstring(drawn)
    assert root.tag.endswith("svg")
    assert drawn == render(accounts, "svg"), "the same picture each time"  # type: ignore[arg-type]
