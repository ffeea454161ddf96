"""The page of a probe in a headless Chromium: what it looks like and does. Skipped where there is none."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from probed_by_hand import FINDING, HOSTILE, account, failed, hostile, model

from winit_lint.reports.html import page

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver") or shutil.which("chromium.chromedriver")
pytestmark = pytest.mark.skipif(not CHROMIUM or not DRIVER, reason="there is no chromium with its driver")

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-device-scale-factor=1",
)  # fmt: skip

Load = Callable[..., Any]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def load(chromium: Any, tmp_path: Path) -> Iterator[Load]:
    """Opens a page with these accounts; every test ends with a look at the console."""

    def opened(*accounts: Any, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Any:
        file = tmp_path / "probe.html"
        file.write_text(page(accounts or [account(model(), FINDING)]), encoding="utf-8")
        command = chromium.execute_cdp_cmd
        command("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        sizes = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        command("Emulation.setDeviceMetricsOverride", sizes)
        command("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        chromium.get(file.as_uri())
        return chromium

    yield opened
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert [entry["message"] for entry in chromium.get_log("browser")] == []


def all_of(driver: Any, selector: str) -> list[Any]:
    return list(driver.find_elements("css selector", selector))


def keys(driver: Any, column: int) -> list[str]:
    cells = all_of(driver, f".parameters tbody tr:not(.detail) td:nth-child({column})")
    return [cell.get_attribute("data-key") for cell in cells]


def click(driver: Any, selector: str) -> None:
    (element,) = all_of(driver, selector)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def brightness(colour: str) -> float:
    """The relative luminance of ``rgb(...)``, as the accessibility guidelines define it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_it_loads_without_a_request(load: Load) -> None:
    driver = load()
    assert driver.title == "winit-lint probe net.py::Net"
    assert driver.execute_script("return performance.getEntriesByType('resource').length") == 0
    (frame,) = all_of(driver, ".finding pre")
    assert "nn.init.xavier_normal_(self.layers[0].weight)" in frame.text and "^^^" in frame.text


def test_the_plots_are_to_be_seen(load: Load) -> None:
    driver = load()
    shown = [plot for plot in all_of(driver, ".plot") if plot.is_displayed()]
    assert [plot.get_attribute("aria-label").split()[0] for plot in shown] == ["Forward", "Backward"]
    for plot in shown:
        assert plot.size["width"] > 400 and plot.size["height"] > 150
        for course in ("measured", "predicted", "zeroed"):
            (path,) = plot.find_elements("css selector", f".{course}")
            assert path.size["width"] > 300 and path.size["height"] > 20, course
            assert path.value_of_css_property("stroke").startswith("rgb")
        (band,) = plot.find_elements("css selector", ".band")
        assert band.size["width"] > 300 and "rgba" in band.value_of_css_property("fill")
        assert len(plot.find_elements("css selector", "circle")) == 9


def test_the_table_is_sorted_by_a_click(load: Load) -> None:
    driver = load(account(model({"layers.1.weight": 0.5, "head.weight": 0.02})))
    order = keys(driver, 1)
    assert order == ["1", "2", "3", "4", "5"]
    for expected in (["0.02", "0.125", "0.125", "0.125", "0.5"], ["0.5", "0.125", "0.125", "0.125", "0.02"]):
        click(driver, ".parameters th:nth-child(5) button")
        assert keys(driver, 5) == expected
    assert all_of(driver, "th[aria-sort]")[0].get_attribute("aria-sort") == "descending"
    click(driver, ".parameters th:nth-child(8) button")
    assert keys(driver, 8) == ["0.0625", "0.125", "0.25", "0.5", "1.0"]
    click(driver, ".parameters th:nth-child(1) button")
    assert keys(driver, 1) == order


def test_what_is_not_known_is_sorted_last(load: Load) -> None:
    built = model()
    assert built.measured is not None
    measured = dataclasses.replace(built.measured, statistics=built.measured.statistics[2:])
    driver = load(account(dataclasses.replace(built, measured=measured)))
    for _ in range(2):
        click(driver, ".parameters th:nth-child(5) button")
        assert keys(driver, 5)[-2:] == ["", ""]


def test_a_histogram_opens_and_closes(load: Load) -> None:
    driver = load()
    (button,) = (each for each in all_of(driver, ".open") if each.text == "layers.2.weight")
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    heights = [bar.size["height"] for bar in all_of(driver, ".detail .bin")]
    assert len(heights) == 8 and max(heights) == heights[4] > 100 and heights[0] < 2
    assert all_of(driver, ".detail .curve")[0].size["width"] > 300
    told = all_of(driver, ".detail p")[0].text
    assert "4,096 entries" in told and "promised normal std 0.125" in told and "looks normal" in told
    assert [text.text for text in all_of(driver, ".detail text")] == ["-0.500", "0.00", "0.500"]
    button.click()
    assert not all_of(driver, ".detail") and button.get_attribute("aria-expanded") == "false"


def test_a_point_leads_to_its_parameter(load: Load) -> None:
    driver = load()
    (point,) = all_of(driver, '.plots figure:first-child .roomy circle[data-parameter="layers.3.weight"]')
    point.click()
    (row,) = all_of(driver, "tr:has(+ .detail)")
    assert row.get_attribute("data-name") == "layers.3.weight"


def test_rows_are_filtered(load: Load) -> None:
    driver = load()
    (field,) = all_of(driver, ".filter input")
    field.send_keys("head xavier")
    assert [row.text.split()[0] for row in all_of(driver, "tbody tr") if row.is_displayed()] == ["head.weight"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(load: Load, scheme: str) -> None:
    driver = load(account(model({"head.weight": 0.5}), FINDING), scheme=scheme)
    (body,) = all_of(driver, "body")
    ground = body.value_of_css_property("background-color")
    assert (brightness(ground) > 0.9) == (scheme == "light") and (brightness(ground) < 0.05) == (scheme == "dark")
    for selector in ("h1", ".dim", ".finding .head .warning", ".chip", ".small", "dt", "td.right", ".finding p"):
        colour = all_of(driver, selector)[0].value_of_css_property("color")
        assert contrast(colour, ground) >= 4.5, (selector, colour, ground)
    (marked,) = all_of(driver, ".unkept")
    assert contrast(marked.value_of_css_property("color"), marked.value_of_css_property("background-color")) >= 4.5
    assert contrast(all_of(driver, ".plot .measured")[0].value_of_css_property("stroke"), ground) >= 3
    assert contrast(all_of(driver, ".plot text")[0].value_of_css_property("fill"), ground) >= 4.5


@pytest.mark.parametrize("width", [320, 390, 768, 1100, 1280])
def test_the_page_fits_its_window(load: Load, width: int) -> None:
    driver = load(account(model(), FINDING), hostile(), failed("a" * 300), width=width)
    click(driver, "#target-0 tbody tr:first-child .open")
    inner, outer = driver.execute_script(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert inner <= outer, "nothing reaches beyond the window"


def test_all_is_readable_on_a_phone(load: Load) -> None:
    driver = load(width=390)
    shown = [plot for plot in all_of(driver, ".plot") if plot.is_displayed()]
    assert len(shown) == 2
    for plot in shown:
        assert all(text.size["height"] >= 11 for text in plot.find_elements("css selector", "text"))
    cells = [cell for cell in all_of(driver, "tbody tr:first-child td") if cell.is_displayed()]
    assert all(cell.location["x"] + cell.size["width"] <= 390 for cell in cells)
    said = all_of(driver, "tbody tr:first-child")[0].text
    for part in ("layers.0.weight", "64x64", "xavier_normal_()", "0.125", "0.177"):
        assert part in said
    click(driver, ".parameters th:nth-child(8) button")
    assert keys(driver, 8)[0] == "0.0625", "there is a way to sort"
    click(driver, "tbody tr:first-child .open")
    assert all(text.size["height"] >= 11 for text in all_of(driver, ".detail text"))


def test_it_is_readable_without_scripts(load: Load) -> None:
    driver = load(scripts=False)
    assert len([row for row in all_of(driver, "tbody tr") if row.is_displayed()]) == 5
    assert len([plot for plot in all_of(driver, ".plot") if plot.is_displayed()]) == 2
    assert all(spark.size["height"] > 10 for spark in all_of(driver, ".spark"))
    assert not any(each.is_displayed() for each in all_of(driver, ".filter"))


def test_names_run_nothing(load: Load) -> None:
    driver = load(hostile(), account(target=f"{HOSTILE}::Net"))
    assert not all_of(driver, "img")
    click(driver, "#target-0 tbody tr:first-child .open")
    assert "alert(1)" in all_of(driver, "#target-0 .open")[0].text
