"""From the first page to a chosen look: by mouse on a photograph, by keyboard, by touch, on every screen."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import Asking
from browser import violations
from pages import drag, open_photo, open_sample, run, still, tab, until
from PIL import Image
from playwright.sync_api import Browser, CDPSession, Page

from smpsim.studio.serve import Studio

_DROP = """async ([text, name]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name));
  const event = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector("#stage").dispatchEvent(event);
}"""

_TO_BE_HIT = "button:visible, select:visible, .key:visible, input:visible:not(.only-read)"
_SMALL = """(all) => {
  const open = all.filter((one) => !one.closest("label.check"));
  const small = open.map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width && box.height);
  return small.filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([one]) => one.outerHTML.slice(0, 90));
}"""
_PLACE = """async () => {
  const { stage } = (await import("/static/js/main.js")).app;
  return [stage.left, stage.top, stage.zoom];
}"""


@pytest.fixture
def page(chromium: Browser, studio: Studio, ask: Asking) -> Iterator[Page]:
    """The first page; it talks to nobody else."""
    with tab(chromium, studio, ask.cookie) as page:
        elsewhere: list[str] = []
        own = f"http://127.0.0.1:{studio.port}/"
        page.on(
            "request",
            lambda request: None if request.url.startswith((own, "blob:")) else elsewhere.append(request.url),
        )
        page.locator("#choose").wait_for()
        yield page
        assert elsewhere == []


def view_of(told: dict[str, Any]) -> dict[str, Any]:
    """The view that is asked for."""
    view: dict[str, Any] = told["project"]["views"][0]
    return view


def drop(page: Page, data: bytes, name: str) -> None:
    """Drop a file on the page."""
    page.evaluate(_DROP, [base64.b64encode(data).decode(), name])


def test_a_dropped_photograph_is_previewed_without_a_question(page: Page, shared: Path) -> None:
    photo = (shared / "photos" / "p02-front-light-buzz-1950.jpg").read_bytes()
    drop(page, photo, "client.jpg")
    page.locator("#readouts", has_text="dots").wait_for()
    told = view_of(until(page, lambda told: True))
    assert told["hairline"] is not None
    assert told["scale"]["source"] == "face"
    said = page.locator("#readouts").inner_text()
    assert "±" in said
    assert "above the brows" in said
    assert "hours" in said
    assert "Simulation" in page.locator("#view").inner_text()
    assert page.locator("#photo-notes li").count() > 0
    assert violations(page) == []
    # scale: the ends of the ruler onto the pupils
    page.click("#step-scale")
    assert violations(page) == []
    ends = page.locator(".handle.end")
    for end, place in ((0, (0.40, 0.70)), (1, (0.62, 0.70))):
        box = ends.nth(end).locator(".hit").bounding_box()
        stage = page.locator("#stage").bounding_box()
        assert box is not None
        assert stage is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(stage["x"] + place[0] * stage["width"], stage["y"] + place[1] * stage["height"], steps=4)
        assert page.locator("canvas.loupe").is_visible()
        page.mouse.up()
        assert not page.locator("canvas.loupe").is_visible()
    told = view_of(until(page, lambda told: view_of(told)["scale"]["source"] == "pupils"))
    assert told["scale"]["uncertainty_frac"] == pytest.approx(0.05, abs=0.01)
    assert "± 5 %, from the pupils" in page.locator("#scale-state").inner_text()
    # hairline, look
    page.click("#step-line")
    page.click("[data-template=rounded]")
    until(page, lambda asked: view_of(asked)["hairline"] != told["hairline"])
    page.click("#step-look")
    page.check("[data-value=brown] input", force=True)
    page.check("[data-value='soft-edge'] input", force=True)
    page.check("[data-value=fresh] input", force=True)
    asked = until(page, lambda told: told["project"]["treatment"].get("age_days") == "fresh")
    assert asked["project"]["treatment"]["shade"] == "brown-1:10"
    assert asked["project"]["treatment"]["feather_mm"] == 14
    for _ in range(3):
        page.click("#undo")
    until(page, lambda told: told["project"]["treatment"] == {})


def test_every_step_opens_at_its_top(page: Page) -> None:
    open_sample(page)
    page.click("#step-look")
    page.evaluate("() => document.querySelector('#panel').scrollTo(0, 400)")
    page.click("#step-handover")
    assert page.evaluate("() => document.querySelector('#panel').scrollTop") == 0


def test_what_is_said_moves_nothing(page: Page) -> None:
    open_sample(page)
    before = page.locator("#view").bounding_box(), page.locator("#stage").bounding_box()
    run(page, "app.say('a sentence that is too long for a line '.repeat(9), true);")
    assert page.locator("#hint").bounding_box()["height"] > 40
    assert (page.locator("#view").bounding_box(), page.locator("#stage").bounding_box()) == before


def test_another_pigment_moves_nothing_and_keeps_the_dilution(page: Page) -> None:
    open_sample(page)
    page.click("#step-look")
    density = page.locator("[data-leaf=density_per_cm2]")
    before = density.bounding_box()
    for pigment, shade in (("tattoo", "tattoo-1:5"), ("carbon", "carbon-1:10")):
        page.check(f"[data-value={pigment}] input", force=True)
        until(page, lambda told, shade=shade: told["project"]["treatment"].get("shade", "carbon-1:10") == shade)
        assert density.bounding_box() == before


def test_before_is_shown_until_it_is_pressed_again_or_as_long_as_it_is_held(page: Page) -> None:
    open_sample(page)
    key, peeking = page.locator("#before"), page.locator("#stage.peeking")
    key.click()
    assert peeking.count() == 1
    assert key.get_attribute("aria-pressed") == "true"
    key.click()
    assert peeking.count() == 0
    key.click(delay=500)
    assert peeking.count() == 0
    key.press("Enter")
    assert peeking.count() == 1
    page.click("#step-look")  # what is done there is to be seen
    assert peeking.count() == 0
    assert key.get_attribute("aria-pressed") == "false"


def test_the_head_is_zoomed_to_where_it_fills_the_width(page: Page, shared: Path) -> None:
    open_photo(page, (shared / "photos" / "p12-front-dark-shaved-450.jpg").read_bytes())
    page.click("text=Fit")
    whole = run(page, "return app.stage.zoom;")
    page.click("#show-head")
    assert run(page, "return app.stage.zoom;") > 1.3 * whole
    seen = run(page, "return app.stage.visible();")
    line = view_of(until(page, lambda told: True))["hairline"]
    assert all(
        seen[0] < at["x"] < seen[0] + seen[2] and seen[1] < at["y"] < seen[1] + seen[3] for at in line["points"]
    )


def test_every_parameter_has_a_control_that_changes_it(page: Page) -> None:
    open_sample(page)
    page.click("#step-look")
    for fold in page.locator("#panel-look details").all():
        fold.locator("summary").click()
    assert violations(page) == []
    names = page.evaluate("async () => (await import('/static/js/main.js')).app.controls.map((one) => one.name)")
    shown = page.locator("#panel-look [data-leaf]").evaluate_all("(all) => all.map((one) => one.dataset.leaf)")
    missing = set(names) - set(shown) - {"shade", "session"}
    # the head's shape is set where the head is seen
    assert {name for name in missing if not name.startswith("head_") and name != "surface"} == set()
    page.locator("[data-leaf=ink_cv] input[type=number]").fill("0.3")
    page.keyboard.press("Enter")
    until(page, lambda told: told["project"]["treatment"].get("ink_cv") == 0.3)
    page.locator("[data-leaf=needle_mm] select").select_option("")
    until(page, lambda told: told["project"]["treatment"].get("needle_mm") is not None)
    page.locator("[data-leaf=fading] select").select_option("fast")
    until(page, lambda told: told["project"]["treatment"].get("fading") == "fast")


def test_by_keyboard_alone(page: Page) -> None:
    page.locator("#sample").focus()
    page.keyboard.press("Enter")
    page.locator("#readouts", has_text="dots").wait_for()
    page.keyboard.press("3")
    page.locator(".handle.point").first.focus()
    before = view_of(until(page, lambda told: True))["hairline"]
    page.keyboard.press("Shift+ArrowUp")
    until(page, lambda told: view_of(told)["hairline"] != before)
    page.locator("#step-look").focus()
    page.keyboard.press("Enter")
    page.locator("[data-leaf=density_per_cm2] input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    until(page, lambda told: told["project"]["treatment"].get("density_per_cm2") == 81)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    until(page, lambda told: view_of(told)["hairline"] == before)
    page.locator("#stage").focus()
    zoom = page.locator("#zoom").inner_text()
    page.keyboard.press("+")
    assert page.locator("#zoom").inner_text() != zoom
    page.keyboard.press("0")
    page.keyboard.press("9")
    assert page.locator("#zoom").inner_text() == "100 %"


def test_what_is_no_photo_is_said_in_a_sentence(chromium: Browser, studio: Studio, ask: Asking, jpeg: bytes) -> None:
    with tab(chromium, studio, ask.cookie, quiet="422") as page:
        page.locator("#choose").wait_for()
        drop(page, b"PK no photo", "letter.docx")
        hint = page.locator("#hint.urgent")
        hint.wait_for()
        assert "\n" not in hint.inner_text()
        assert page.locator("#choose").is_visible()
        drop(page, jpeg, "client.jpg")
        page.locator("#app.has-photo").wait_for()
        assert page.locator("#client").inner_text() == "client.jpg"


def test_a_pasted_picture_is_opened(page: Page) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (320, 240), (190, 150, 130)).save(picture, "PNG")
    paste = _DROP.replace("DragEvent", "ClipboardEvent").replace("dataTransfer:", "clipboardData:")
    paste = paste.replace('"drop"', '"paste"').replace(
        "new File([bytes], name)", 'new File([bytes], name, { type: "image/png" })'
    )
    page.evaluate(paste, [base64.b64encode(picture.getvalue()).decode(), "pasted.png"])
    page.locator("#app.has-photo").wait_for()
    assert view_of(until(page, lambda told: True))["photo"]["width_px"] == 320


@pytest.mark.parametrize("size", [(1920, 1080), (820, 1180), (683, 384)], ids=str)
def test_everything_is_in_reach_on_every_screen(
    chromium: Browser, studio: Studio, ask: Asking, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    with tab(chromium, studio, ask.cookie, viewport=viewport, has_touch=True) as page:
        assert violations(page) == []
        open_sample(page)
        for step in ("photo", "scale", "line", "look"):
            page.locator(f"#step-{step}").tap()
            assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
            assert violations(page) == []
            small = page.locator(_TO_BE_HIT).evaluate_all(_SMALL)
            assert small == []
        wire: CDPSession = page.context.new_cdp_session(page)
        before = float(page.locator("#zoom").text_content().split()[0])  # type: ignore[union-attr]
        stage = page.locator("#stage").bounding_box()
        assert stage is not None
        x, y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 3
        for kind, spread in (("touchStart", 40), ("touchMove", 60), ("touchMove", 80)):
            places = [{"x": x - spread, "y": y, "id": 0}, {"x": x + spread, "y": y, "id": 1}]
            wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})
        wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        after = float(page.locator("#zoom").text_content().split()[0])  # type: ignore[union-attr]
        assert after / before == pytest.approx(2, rel=0.05)


def test_the_photo_is_moved_by_mouse_and_wheel(page: Page) -> None:
    open_sample(page)
    left, top, zoom = page.evaluate(_PLACE)
    drag(page, (0.5, 0.5), (0.55, 0.56))
    moved = page.evaluate(_PLACE)
    assert moved[0] > left + 20
    assert moved[1] > top + 10
    page.mouse.wheel(0, -400)
    page.wait_for_function(f"async (least) => (await ({_PLACE})())[2] > least", arg=1.3 * zoom)


_CAMERA = """() => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const draw = () => canvas.getContext("2d").fillRect(0, 0, 640, 480);
  window.setInterval(draw, 30);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
}"""


def test_without_a_camera_it_says_so_and_offers_a_file(page: Page, jpeg: bytes) -> None:
    page.evaluate(
        "() => (navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); })"
    )
    page.click("#camera")
    page.locator("dialog", has_text="No camera is found here").wait_for()
    assert violations(page) == []
    with page.expect_file_chooser() as chooser:
        page.click("#instead")
    chooser.value.set_files({"name": "file.jpg", "mimeType": "image/jpeg", "buffer": jpeg})
    page.locator("#app.has-photo").wait_for()
    assert page.locator("dialog").count() == 0


def test_a_small_photo_is_said_to_be_small_from_the_first_preview_on(page: Page, jpeg: bytes) -> None:
    page.evaluate(
        """() => {
          const notes = document.querySelector("#photo-notes");
          window.first = [];
          new MutationObserver(() => window.first.push(notes.innerText)).observe(notes, { childList: true });
        }"""
    )
    open_photo(page, jpeg)  # 3 px for a millimetre
    still(page)
    said = [text for text in page.evaluate("() => window.first") if text]
    assert said
    for text in said:
        assert text.count("single dots") == 1
        assert text.startswith("The photo is too small to show single dots")


def test_a_photo_is_taken_here_and_the_room_is_remembered(page: Page) -> None:
    page.evaluate(_CAMERA)
    page.click("#camera")
    page.locator("dialog video").wait_for()
    page.locator("dialog button.main:enabled").wait_for()
    assert violations(page) == []
    page.click("text=Take the photo")
    page.locator("#app.has-photo").wait_for()
    assert view_of(until(page, lambda told: True))["photo"]["name"] == "camera.jpg"
    assert page.locator("dialog").count() == 0
    page.click("[data-value=light] .key")
    assert violations(page) == []
    page.reload()
    page.locator("html[data-theme=light]").wait_for(state="attached")
