"""The client sheet as poppler reads it: every number that of the stats, fonts embedded, nothing read as markup."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from poppler import Reader

import smpsim
from smpsim import Case, CaseView, CaseZone, Clinic, RenderedCase, Treatment, client_sheet, render_case
from smpsim.parameters import PARAMETERS
from smpsim.report.hours import DOTS_PER_HOUR
from smpsim.report.paper import PAPERS, POINTS_PER_MM, printable
from smpsim.words import LANGUAGES, words

HARM = (
    "<script>alert(1)</script>",
    "\"quoted\" 'and' &amp; <b>bold</b>",
    "שלום עולם",
    "😀 Łukasz Müller",
    "x" * 200,
    "\u202eevil\u202c\x07",
)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
CLINIC = Clinic("Studio Example", "I agree <i>.\n\nSecond.", "Keep dry.", ("Client", "Technician"), (2500, 4000))


@cache
def rendered() -> RenderedCase:
    """Three views and four zones, one of them seen twice; two scales are estimated."""
    treatment = Treatment().replace(density_per_cm2=95, n_sessions=3, first_ink_frac=0.8)
    views = []
    for name in ("front", "crown", "profile"):
        head = smpsim.sample(px_per_mm=3, view=name)
        half = np.arange(head.mask.shape[1]) < head.mask.shape[1] // 2
        zones = [CaseZone(head.mask, name)]
        if name == "crown":
            zones = [CaseZone(head.mask * half, "left", 60), CaseZone(head.mask * ~half, "right")]
        scale = head.scale if name == "front" else None
        views.append(CaseView(head.photo, zones, name, scale))
    return render_case(Case(views, treatment, seed=4, client="A. Client"), piece_px=300)


@cache
def sheet(paper: str = "a4", language: str = "en") -> bytes:
    return client_sheet(rendered(), paper=paper, language=language).pdf


def test_the_same_bytes_every_time() -> None:
    assert client_sheet(rendered()).pdf == sheet()
    assert client_sheet(render_case(rendered().case, piece_px=300)).pdf == sheet()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
def test_poppler_reads_it(pdf: Reader, paper: str, language: str) -> None:
    data = sheet(paper, language)
    about = pdf.about(data)
    assert about["Pages"] == "2"
    assert about["Page size"].startswith({"a4": "595.28 x 841.89", "letter": "612 x 792"}[paper])
    say = words(language)
    assert {about[name] for name in ("Author", "Subject", "Keywords")} <= {""}
    assert (about["Title"], about["Creator"], about["Producer"]) == (say("sheet.title"), "smpsim", "smpsim")
    assert b"A. Client" not in data
    for page in pdf.pages(data):
        assert page.count(say("simulation.long")) >= 1
        assert "A. Client" in page


def test_fonts_are_embedded_with_their_letters(pdf: Reader) -> None:
    fonts = pdf.fonts(sheet())
    assert len(fonts) == 2
    for name, *kind, embedded, subset, letters in fonts:
        assert "BitstreamVera" in name, kind
        assert (embedded, subset, letters) == ("yes", "yes", "yes")


def rows(page: str, *names: str) -> list[list[str]]:
    return [
        NUMBER.findall(line.replace(name, "", 1))
        for name in names
        for line in page.splitlines()
        if line.startswith(name)
    ]


def test_zones_and_totals_are_those_of_the_stats(pdf: Reader) -> None:
    made, page = rendered(), pdf.pages(sheet())[1]
    expected = []
    for zone in made.zones:
        counts = (zone.n_dots, *zone.n_dots_of_session)
        densities = [f"{n / zone.area_cm2:.1f}" for n in counts]
        pairs = [text for n, density in zip(counts, densities, strict=True) for text in (str(n), density)]
        expected.append([f"{zone.area_cm2:.1f}", f"{zone.asked_per_cm2:g}", *pairs])
    table = page[: page.index("Sum")]
    assert rows(table, "front", "left (crown)", "right (crown)", "profile") == expected
    (total,) = rows(page, "Sum")
    assert total[0] == f"{made.area_cm2:.1f}"
    assert [int(n) for n in total[1::2]] == [made.n_dots, *made.n_dots_of_session]
    # the columns add up
    for column in (2, 4, 6, 8):
        assert sum(int(row[column]) for row in expected) == int(total[column - 1])


def test_hours_are_a_range_and_called_an_estimate(pdf: Reader) -> None:
    page = pdf.pages(sheet())[1]
    line = next(line for line in page.splitlines() if line.startswith("In all"))
    slow, fast = DOTS_PER_HOUR
    made = rendered()
    expected = []
    for n in (made.n_dots, *made.n_dots_of_session):
        expected += [f"{h:.1f}" if h < 10 else f"{h:.0f}" for h in (n / fast, n / slow)]
    assert NUMBER.findall(re.sub(r"Session \d:", "", line)) == expected
    assert "Hours of work (estimate)" in page
    own = pdf.pages(client_sheet(made, clinic=CLINIC).pdf)[1]
    assert f"In all {made.n_dots / 4000:.1f} to" in own
    assert "2500 to 4000 dots an hour, the clinic's own pace" in own


def test_no_number_on_it_comes_from_elsewhere(pdf: Reader) -> None:
    made = rendered()
    known = set(NUMBER.findall(" ".join(words("en").texts.values())))
    known |= {"0.1.0"[:3], "0", "4", "10", "1", "2", "3", "80", "1000", "7000", "0.8", "0.25", "95"}
    known |= set(NUMBER.findall(words().within(made.area_cm2, made.area_uncertainty_cm2)))
    known |= {f"{made.area_cm2:.1f}", "12", "80"}
    for zone in (*made.zones, made):
        known |= {f"{zone.area_cm2:.1f}", f"{zone.density_per_cm2:.1f}", str(zone.n_dots)}
        known |= {str(n) for n in zone.n_dots_of_session}
        known |= {f"{n / zone.area_cm2:.1f}" for n in zone.n_dots_of_session}
        known |= {f"{zone.asked_per_cm2:g}"} if zone is not made else set()
    for n in (made.n_dots, *made.n_dots_of_session):
        known |= {f"{n / rate:.{digits}f}" for rate in DOTS_PER_HOUR for digits in (0, 1)}
    for view in made.views:
        stats = view.preview.stats
        known |= {f"{stats.px_per_mm:.2f}", f"{stats.seen_diameter_mm:.2f}", f"{100 * stats.scale_uncertainty_frac:g}"}
        known |= set(NUMBER.findall(" ".join(view.warnings)))
    first, second = pdf.pages(sheet())
    strange = set(NUMBER.findall(f"{first} {second}")) - known
    assert strange == set()


def test_pictures_are_the_previews_and_carry_nothing_of_the_photos(pdf: Reader) -> None:
    made, pictures = rendered(), pdf.pictures(sheet())
    assert len(pictures) == 2 * 3 + 2 + len(made.views[0].moments)
    for data in pictures:
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.format == "JPEG"
            assert not dict(picture.getexif()).keys() & {0x010F, 0x0110, 0x8825, 0x9003}
    before, after = (np.asarray(Image.open(io.BytesIO(data))).astype(int) for data in pictures[:2])
    assert np.abs(after - made.views[0].after).mean() < 2
    assert np.abs(before - made.views[0].before).mean() < 2
    assert smpsim.read_label(pictures[1])["simulation"] is True


def test_the_piece_at_the_line_has_life_size(pdf: Reader) -> None:
    """Ink of the two pictures after the heads, as wide on paper as the piece is on the scalp."""
    preview = rendered().views[0].line
    assert preview is not None
    wide_mm = preview.image.shape[1] / preview.stats.px_per_mm
    listed = pdf.run("pdfimages", sheet(), "-list", "|").splitlines()[2:]
    ppi = float(listed[2 * 3 + 1].split()[12])
    assert preview.image.shape[1] / ppi * 25.4 == pytest.approx(wide_mm, rel=0.01)
    assert b"/PrintScaling /None" in sheet()
    assert pytest.approx(2.8346, rel=1e-4) == POINTS_PER_MM


@pytest.mark.parametrize("name", HARM)
def test_names_do_no_harm(pdf: Reader, name: str) -> None:
    case = rendered().case
    named = replace(case.views[0], name=name, zones=[CaseZone(case.views[0].zones[0].mask, name)])
    made = client_sheet(Case([named], client=name), language="de", clinic=replace(CLINIC, heading=name, consent=name))
    pages = pdf.pages(made.pdf)
    assert len(pages) == 3
    flat = re.sub(r"\s", "", pages[0])
    assert re.sub(r"\s", "", printable(name)) in flat
    assert all(embedded == "yes" for _, *_, embedded, _, _ in pdf.fonts(made.pdf))


def test_what_a_font_lacks_is_replaced_where_it_can_be_seen() -> None:
    assert printable("Łódź 5 %") == "Łódz 5\u00a0%"
    assert printable("שלום 😀") == "???? ?"
    assert printable("a\u202eb\x00c\u200dd") == "abcd"


def test_every_word_of_the_catalogue_can_be_set() -> None:
    for language in LANGUAGES:
        for key, text in words(language).texts.items():
            assert printable(text).count("?") == text.count("?"), key


def test_the_clinics_own_words_stand_on_a_page_of_their_own(pdf: Reader) -> None:
    pages = pdf.pages(client_sheet(rendered(), clinic=CLINIC).pdf)
    assert len(pages) == 3
    assert "Studio Example" in pages[0]
    for text in ("I agree <i>.", "Second.", "Keep dry.", "Client", "Technician"):
        assert text in pages[2]
    assert len(pdf.pages(client_sheet(rendered(), clinic=Clinic("Studio Example")).pdf)) == 2


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_any_number_of_photos_fits_on_the_clients_page(pdf: Reader, n: int) -> None:
    view = rendered().views[0]
    case = rendered().case
    first = case.views[0]
    views = [replace(first, name=f"{k}{'y' * 199}", zones=[CaseZone(first.zones[0].mask, str(k))]) for k in range(n)]
    many = RenderedCase(replace(case, views=views, client="w" * 200), tuple(replace(view, name=v.name) for v in views))
    for paper in PAPERS:
        first_page, second, *_ = pdf.pages(
            client_sheet(many, paper=paper, clinic=replace(CLINIC, heading="h" * 900)).pdf
        )
        assert "The line at life size" in first_page
        assert "For the technician" in second


def test_pages_are_not_empty_and_have_margins(pdf: Reader) -> None:
    for page in (1, 2):
        seen = pdf.seen(sheet(), page, 50)
        assert (seen < 128).any(axis=2).mean() > 0.01
        assert (seen[:20] == 255).all()
        assert (seen[:, -20:] == 255).all()


def test_pictures_say_which_moment_they_show(pdf: Reader) -> None:
    """Healed work, and others in small; a year is not shown twice."""
    case = replace(rendered().case, views=rendered().case.views[:1])
    for treatment, large, small in (
        (case.treatment, "healed", ["session 1", "session 2", "about 12 months"]),
        (case.treatment.replace(age_days=365), "about 12 months", ["session 1", "session 2", "healed"]),
        (case.treatment.replace(session=1, n_sessions=2), "session 1", ["healed", "about 12 months"]),
        (case.treatment.replace(n_sessions=1), "healed", ["about 12 months"]),
    ):
        made = render_case(replace(case, treatment=treatment), piece_px=300)
        page = pdf.pages(client_sheet(made).pdf)[0]
        assert page.count(f"after (simulation): {large}") == 2
        assert re.findall(r"simulation: ([a-z]+(?: \d+)?(?: months)?)", page) == small
        assert f"The large pictures show: {large}" in page
        assert [moment.label["simulation"] for moment in made.views[0].moments] == [True] * len(small)


def test_without_the_technicians_page_nothing_of_it_is_told(pdf: Reader) -> None:
    pages = pdf.pages(client_sheet(rendered(), technician=False).pdf)
    assert len(pages) == 1
    assert pages[0].strip() == pdf.pages(sheet())[0].strip()
    for words_of_it in ("technician", "seed", "px per mm", "per_cm2", "needle"):
        assert words_of_it not in pages[0]
    assert len(pdf.pages(client_sheet(rendered(), technician=False, clinic=CLINIC).pdf)) == 2


def test_settings_are_told_in_words_and_small_as_they_are_typed(pdf: Reader) -> None:
    treatment = Treatment().replace(
        density_per_cm2=200, age_days=365, fading="slow", session_1_frac=0.35, feather_mm=2.5, new_layer="no"
    )
    made = rendered()
    page = pdf.pages(client_sheet(replace(made, case=replace(made.case, treatment=treatment))).pdf)[1]
    for told in ("Density +200 per cm²", "Moment shown +about 12 months", "Fading +slow", "session 1 +35 %"):
        assert re.search(told.replace(" %", "\\s%"), page), told
    assert re.search("Feathered edge +2.5 mm", page)
    assert "density_per_cm2 = 200 /cm2" in page
    german = pdf.pages(client_sheet(replace(made, case=replace(made.case, treatment=treatment)), language="de").pdf)[1]
    for told in ("Dichte +200 pro cm²", "Auslaufender Rand +2,5 mm", "Neue Punkte .* nein"):
        assert re.search(told, german), told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_has_a_name_for_people(language: str) -> None:
    texts = words(language).texts
    assert {key.partition(".")[2] for key in texts if key.startswith("parameter.")} == set(PARAMETERS)
    units = {about.unit for about in PARAMETERS.values()} - {"", "mm"}
    assert {key.partition(".")[2] for key in texts if key.startswith("unit.")} == units


def test_flags_are_for_those_who_type(pdf: Reader) -> None:
    made = rendered()
    first = replace(
        made.views[0], warnings=("hair: draw over it (--hair 0, in Python hair_sensitivity=0)", "rough (1)")
    )
    page = pdf.pages(client_sheet(replace(made, views=(first, *made.views[1:]))).pdf)[1]
    assert "hair: draw over it\n" in page
    assert "rough (1)" in page
    assert "--" not in page


def test_area_is_told_no_finer_than_it_is_known_and_what_counts_twice_beside_it(pdf: Reader) -> None:
    made = rendered()
    told = f"Treated area: {words().within(made.area_cm2, made.area_uncertainty_cm2)} cm²."
    assert "±" in told
    for page in pdf.pages(sheet()):
        assert told in page
        assert "Skin that is seen on two photos is counted on both" in page
    alone = RenderedCase(replace(made.case, views=made.case.views[:1]), made.views[:1])
    for page in pdf.pages(client_sheet(alone).pdf):
        assert f"Treated area: {words().within(alone.area_cm2, 0)} cm²." in page
        assert "counted on both" not in page


def test_what_is_kept_free_is_told(pdf: Reader) -> None:
    head = smpsim.sample(px_per_mm=3)
    rows, columns = np.nonzero(head.mask > 0.9)
    protect = np.zeros_like(head.mask)
    i, j = int(np.median(rows)), int(np.median(columns))
    protect[i : i + 30, j : j + 30] = 1  # 1 cm2
    protect[i - 40 : i - 34, j : j + 15] = 1  # 0.1 cm2
    protect[i - 60, j] = protect[0, 0] = 1  # a speck, and a place that is not treated
    view = CaseView(head.photo, [CaseZone(head.mask)], scale=head.scale, protect=protect)
    made = render_case(Case([view]), piece_px=300)
    assert made.kept_free.n_places == 2
    assert made.kept_free.area_cm2 == pytest.approx(1.1, abs=0.02)
    assert "Kept free of dots: 2 places, together 1.10 cm²." in pdf.pages(client_sheet(made).pdf)[0]
    assert "Kept free" not in pdf.pages(sheet())[0]


def test_name_and_day_stand_on_all_pages(pdf: Reader) -> None:
    made = rendered()
    dated = replace(made, case=replace(made.case, date="1 May 2026"))
    data = client_sheet(dated, clinic=Clinic("Studio Example")).pdf
    assert all("A. Client, 1 May 2026" in page for page in pdf.pages(data))
    assert b"May" not in data
    assert client_sheet(dated, clinic=Clinic("Studio Example")).pdf == data


def test_a_missing_extra_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reportlab", None)
    with pytest.raises(smpsim.MissingExtraError, match=r'pip install "smpsim\[pdf\]"'):
        client_sheet(rendered())


def test_wrong_paper_and_language() -> None:
    with pytest.raises(smpsim.ParameterError, match="paper: 'a3' is unknown; choose a4 or letter"):
        client_sheet(rendered(), paper="a3")
    with pytest.raises(smpsim.ParameterError, match="language"):
        client_sheet(rendered(), language="xx")


def test_saving(tmp_path: Path) -> None:
    made = client_sheet(rendered())
    made.save(tmp_path / "sheet.pdf")
    assert (tmp_path / "sheet.pdf").read_bytes() == sheet()
    with pytest.raises(smpsim.OutputExistsError):
        made.save(tmp_path / "sheet.pdf")
    with pytest.raises(smpsim.ParameterError, match=r"use one of \.pdf"):
        made.save(tmp_path / "sheet.png")
