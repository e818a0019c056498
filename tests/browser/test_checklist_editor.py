"""Oona, the officer, changes what is asked on a walk: from the library to a published version, and read by others."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.screens import at_twice_the_size, fits_everyone, see, sign_in
from tests.browser.warden import ask

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., BrowserContext]
WIDE = {"viewport": {"width": 1280, "height": 800}, "has_touch": False, "is_mobile": False, "device_scale_factor": 1}
SCREENS = [
    ("list", "/checklists", ".checklist-card"),
    ("version", "/checklists/full-eva", ".as-read-question"),
    ("difference", "/checklists/full-eva/difference", ".empty"),
    ("edit", "/checklists/full-eva/edit?at=0.0&look=form", ".edit-card"),
    ("section", "/checklists/full-eva/edit?at=1&look=form", ".edit-card"),
    ("import", "/checklists/import", "#xlsform-file"),
]
SAVED = re.compile(r"Draft saved \d\d:\d\d")


def _visit(page: Page, path: str, sign: str) -> None:
    page.goto(path)
    expect(page.locator(sign).first).to_be_visible(timeout=45_000)


def _made_from(page: Page, title: str, source: str) -> str:
    """A new checklist with the questions of another; its code."""
    _visit(page, "/checklists", ".checklist-card")
    page.get_by_role("button", name="Make a checklist").press("Enter")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Begin with").select_option(label=f"The questions of: {source}")
    page.get_by_role("button", name="Make it").press("Enter")
    page.wait_for_url("**/edit")
    expect(page.locator(".outline-item").first).to_be_visible(timeout=45_000)
    return page.url.split("/")[-2]


def _unfold(page: Page, title: str) -> Locator:
    part = page.locator("details.edit-part", has=page.locator("summary", has_text=title)).first
    part.locator("summary").first.press("Enter")
    return part


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_screens_of_checklists_can_be_used_by_everyone(
    open_phone: OpenPhone, screenshots: Path, colours: str
) -> None:
    page = open_phone(**WIDE, color_scheme=colours).new_page()
    sign_in(page, "manager")
    for name, path, sign in SCREENS:
        _visit(page, path, sign)
        fits_everyone(page)
        see(page, screenshots, f"checklists-{colours}-{name}")


@pytest.mark.parametrize("size", [(360, 740), (390, 844)])
def test_the_screens_of_checklists_fit_a_phone(open_phone: OpenPhone, screenshots: Path, size: tuple[int, int]) -> None:
    page = open_phone(viewport={"width": size[0], "height": size[1]}).new_page()
    sign_in(page, "officer")
    phone_only = [
        ("outline", "/checklists/full-eva/edit", ".outline-item"),
        ("preview", "/checklists/full-eva/edit?at=1.1&look=phone", ".phone .question"),
    ]
    for name, path, sign in [*SCREENS, *phone_only]:
        _visit(page, path, sign)
        fits_everyone(page, phone=True)
        see(page, screenshots, f"checklists-{size[0]}-{name}")
    _visit(page, "/checklists/full-eva/edit?at=0.0&look=form", ".edit-card")
    at_twice_the_size(page)
    fits_everyone(page)


def test_a_checklist_is_made_changed_tried_and_published_without_a_mouse(
    open_phone: OpenPhone, screenshots: Path
) -> None:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "officer")
    code = _made_from(page, "Doors of Aldermere", "Communal block")
    assert code.startswith("doors-of-aldermere")
    asked = ask(page, f"/api/checklists/{code}/versions/1")["content"]["sections"][0]["questions"]

    # Through the outline by its arrows, and on into the form.
    page.locator(".outline-item").first.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#edit-head")).to_have_text(f"Question {asked[0]['code']}")
    expect(page.locator('.outline-item[aria-current="true"]')).to_be_focused()

    page.get_by_role("button", name="Add a question below").press("Enter")
    page.get_by_label("The question", exact=True).fill("How many keys are missing?")
    page.get_by_label("How it is answered").select_option(label="A count")
    on_phone = page.locator(".phone .question", has_text="How many keys are missing?")
    expect(on_phone).to_be_visible()

    # A question that depends on it.
    page.get_by_role("button", name="Add a question below").press("Enter")
    page.get_by_label("The question", exact=True).fill("Who holds the keys?")
    page.get_by_label("How it is answered").select_option(label="Words")
    rule = _unfold(page, "When it is asked")
    rule.get_by_role("button", name="Ask it only when …").press("Enter")
    rule.get_by_label("Its answer").select_option(label="is more than")
    rule.get_by_label("Number").fill("2")
    expect(rule.locator(".rule-words")).to_have_text("“How many keys are missing?” is more than 2")

    # The phone beside it follows the rule.
    holders = page.locator(".phone .question", has_text="Who holds the keys?")
    expect(page.locator(".phone-not-asked", has_text="Who holds the keys?")).to_be_visible()
    expect(holders).to_have_count(0)
    for _ in range(3):
        on_phone.get_by_role("button", name="One more").press("Enter")
    on_phone.get_by_role("button", name="Count is 3").press("Enter")
    expect(holders).to_be_visible()
    expect(page.get_by_text(SAVED)).to_be_visible(timeout=15_000)
    fits_everyone(page)
    see(page, screenshots, "checklists-edit-rule")

    # Up by its button, back by Undo.
    name = page.locator("#edit-head").inner_text().lower()
    page.get_by_role("button", name=f"Move {name} up").press("Enter")
    expect(page).to_have_url(re.compile(r"at=0\.1(&|$)"))
    page.get_by_role("button", name="Undo the last change").press("Enter")
    expect(page).to_have_url(re.compile(r"at=0\.2(&|$)"))
    expect(page.get_by_text(SAVED)).to_be_visible(timeout=15_000)

    page.get_by_role("button", name="Publish", exact=True).press("Enter")
    publish = page.get_by_role("button", name="Publish it")
    publish.press("Enter")
    expect(page.get_by_text("Say it in a sentence, for those who walk with it")).to_be_visible()
    page.get_by_label("What it is for, and who agreed to it").fill("Asks for keys, since the break-ins in May.")
    fits_everyone(page)
    see(page, screenshots, "checklists-publish")
    publish.press("Enter")
    expect(page.get_by_text("Published. Walks that begin from now on go by this version")).to_be_visible()
    expect(page.locator(".as-read-question", has_text="Who holds the keys?")).to_contain_text(
        "Asked only when “How many keys are missing?” is more than 2."
    )
    offered = [each["code"] for each in ask(page, "/api/checklists/published")["results"]]
    assert code in offered


def test_a_change_of_a_running_checklist_is_shown_before_and_after_it_is_published(
    open_phone: OpenPhone, screenshots: Path
) -> None:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "manager")
    _visit(page, "/checklists/alley-gates/edit?at=0.0", ".edit-card")
    page.get_by_label("The question", exact=True).fill("Which gates did you try?")
    expect(page.get_by_text(SAVED)).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("ins")).to_contain_text("Which gates did you try?")
    fits_everyone(page)
    see(page, screenshots, "checklists-publish-change")
    dialog.get_by_label("What changes, and why").fill("Plainer words.")
    dialog.get_by_role("button", name="Publish it").click()
    expect(page.get_by_text("Published. Walks that begin from now on go by this version")).to_be_visible()

    page.get_by_role("link", name="What changed in version 2").click()
    expect(page.locator(".differs ins")).to_contain_text("Which gates did you try?")
    expect(page.get_by_text("Walks that began with version 1 keep it")).to_be_visible()
    fits_everyone(page)
    see(page, screenshots, "checklists-difference")

    # Version 1 is there to be read, as walks that began with it have it.
    _visit(page, "/checklists/alley-gates?version=1", ".as-read-question")
    expect(page.get_by_text("This is version 1: walks that began with it keep it")).to_be_visible()
    expect(page.get_by_text("Which gates did you try?")).to_have_count(0)


def test_what_is_wrong_stands_beside_its_question_and_nothing_wrong_is_published(
    open_phone: OpenPhone, screenshots: Path
) -> None:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "officer")
    _made_from(page, "Signs, second try", "Signs")
    page.locator('.outline-item[data-at="0.0"]').click()
    page.get_by_label("The question", exact=True).fill("")
    wrong = page.locator(".field-wrong", has_text="Write the question.")
    expect(wrong).to_be_visible(timeout=15_000)
    expect(page.locator('.outline-item[aria-current="true"]')).to_contain_text("1 fault")
    fits_everyone(page)
    see(page, screenshots, "checklists-fault")

    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("1 fault to mend before it can be published")).to_be_visible()
    expect(page.get_by_role("button", name="Publish it")).to_have_count(0)
    page.get_by_role("dialog").get_by_role("button", name="Write the question.").click()
    page.get_by_label("The question", exact=True).fill("Which signs?")
    expect(wrong).to_have_count(0, timeout=15_000)


def test_taking_a_question_away_names_the_rules_that_lose_it(open_phone: OpenPhone, screenshots: Path) -> None:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "officer")
    code = _made_from(page, "Full, without ownership", "Environmental Visual Audit")
    _visit(page, f"/checklists/{code}/edit?at=1.2", ".edit-card")
    asked = ask(page, f"/api/checklists/{code}/versions/1")["content"]["sections"][1]["questions"][2]
    page.get_by_role("button", name=f"Take question {asked['code']} away").click()
    expect(page.get_by_text("refers to it and loses that condition")).to_be_visible()
    fits_everyone(page)
    see(page, screenshots, "checklists-remove")
    page.get_by_role("button", name="Take it away").click()
    expect(page.locator(".outline-item", has_text=asked["label"])).to_have_count(0)
    expect(page.get_by_text(SAVED)).to_be_visible(timeout=15_000)
    text = page.evaluate("path => fetch(path).then(answer => answer.text())", f"/api/checklists/{code}/versions/1")
    assert f'"question":"{asked["code"]}"' not in text.replace(" ", "")


def test_two_who_change_one_draft_are_told_and_neither_is_written_over(
    open_phone: OpenPhone, screenshots: Path
) -> None:
    oona, mo = (open_phone(**WIDE).new_page() for _ in range(2))
    sign_in(oona, "officer")
    sign_in(mo, "manager")
    code = _made_from(oona, "Shared draft", "Signs")
    _visit(mo, f"/checklists/{code}/edit", ".edit-card")
    oona.get_by_label("What it is for").fill("By Oona")
    expect(oona.get_by_text(SAVED)).to_be_visible(timeout=15_000)
    mo.get_by_label("What it is for").fill("By Mo")
    expect(mo.get_by_text("Somebody else saved this draft after you opened it")).to_be_visible(timeout=15_000)
    assert ask(mo, f"/api/checklists/{code}/versions/1")["content"]["purpose"] == "By Oona"
    fits_everyone(mo)
    see(mo, screenshots, "checklists-overtaken")
    mo.get_by_role("button", name="Keep mine in place of theirs").click()
    expect(mo.get_by_text(SAVED)).to_be_visible(timeout=15_000)
    assert ask(mo, f"/api/checklists/{code}/versions/1")["content"]["purpose"] == "By Mo"


def test_a_picture_is_put_beside_a_question(open_phone: OpenPhone, tmp_path: Path) -> None:
    page = open_phone(**WIDE).new_page()
    sign_in(page, "officer")
    code = _made_from(page, "With pictures", "Signs")
    _visit(page, f"/checklists/{code}/edit?at=0.0", ".edit-card")
    Image.new("RGB", (2400, 1600), (90, 120, 60)).save(tmp_path / "sign.jpg")
    examples = _unfold(page, "Example photos")
    examples.locator("input[data-photo=example]").set_input_files(tmp_path / "sign.jpg")
    examples.get_by_label("What picture 1 shows").fill("A sign that can be read from across the street")
    expect(page.get_by_text(SAVED)).to_be_visible(timeout=15_000)
    shown = page.locator(".phone .question img").first
    page.locator(".phone .question").first.get_by_text("What to look for").click()
    expect(shown).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth === 800", arg=shown.element_handle())


def test_a_checklist_goes_out_as_an_xlsform_and_comes_back(
    open_phone: OpenPhone, screenshots: Path, tmp_path: Path
) -> None:
    page = open_phone(**WIDE, accept_downloads=True).new_page()
    sign_in(page, "manager")
    _visit(page, "/checklists/car-park", ".as-read-question")
    with page.expect_download() as handed_out:
        page.get_by_role("link", name="Hand out as XLSForm of version 1").click()
    form = tmp_path / handed_out.value.suggested_filename
    handed_out.value.save_as(form)

    _visit(page, "/checklists/import", "#xlsform-file")
    page.get_by_label("The file").set_input_files(form)
    expect(page.get_by_text("Everything in it can be kept")).to_be_visible(timeout=30_000)
    expect(page.locator(".as-read-question").first).to_be_visible()
    fits_everyone(page)
    see(page, screenshots, "checklists-import-tried")
    page.get_by_role("button", name="Bring it in as a draft").click()
    page.wait_for_url("**/edit")
    code = page.url.split("/")[-2]
    brought = ask(page, f"/api/checklists/{code}/versions/1")
    assert brought["state"] == "draft"
    assert brought["content"]["sections"] == ask(page, "/api/checklists/car-park/versions/1")["content"]["sections"]


def test_a_form_with_faults_is_refused_by_row_and_nothing_is_kept(
    open_phone: OpenPhone, screenshots: Path, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    for row in (
        ("type", "name", "label"),
        ("text", "street", "Which street?"),
        ("telepathy", "mood", "How does it feel?"),
        ("text", "street", "Which street again?"),
    ):
        survey.append(row)
    book.save(tmp_path / "walk.xlsx")
    page = open_phone(**WIDE).new_page()
    sign_in(page, "officer")
    before = len(ask(page, "/api/checklists")["results"])
    _visit(page, "/checklists/import", "#xlsform-file")
    page.get_by_label("The file").set_input_files(tmp_path / "walk.xlsx")
    expect(page.get_by_text("Nothing was kept")).to_be_visible(timeout=30_000)
    for where in ("survey, row 3", "survey, row 4"):
        expect(page.get_by_role("rowheader", name=where).first).to_be_visible()
    expect(page.get_by_role("button", name="Bring it in as a draft")).to_have_count(0)
    fits_everyone(page)
    see(page, screenshots, "checklists-import-refused")
    assert len(ask(page, "/api/checklists")["results"]) == before


def test_a_warden_reads_and_is_offered_no_change(open_phone: OpenPhone) -> None:
    page = open_phone().new_page()
    sign_in(page, "warden")
    _visit(page, "/checklists", ".checklist-card")
    expect(page.get_by_role("button", name="Make a checklist")).to_have_count(0)
    _visit(page, "/checklists/full-eva", ".as-read-question")
    expect(page.get_by_role("link", name="Change it")).to_have_count(0)
    _visit(page, "/checklists/full-eva/edit", ".empty")
    expect(page.get_by_text("You can read it")).to_be_visible()
