"""The report of an audit: what a partnership reads, what residents read, and what nobody reads in either."""

from __future__ import annotations

import ctypes
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.utils import timezone
from openpyxl import load_workbook

from audits.models import Answer, Audit, Concern, Participant
from audits.signing import sign_audit
from insight import report_pdf, typesetter
from insight.answers_workbook import answers_workbook
from insight.report_files import audit_for_report
from insight.report_rules import Reader
from places.models import Area
from tests import cast
from tests.insight import audited
from tests.insight.audited import SECRET, Walked

pytestmark = pytest.mark.django_db

# Each stands somewhere in the audit, and in no report of it.
RESTRICTED = ("Zebra House", "dealing", "07700 900123", "VX19 ZZZ", "Kestrel Court")
NAMES_OF_RESIDENTS = ("Pauline", "Shy Example")


@pytest.fixture
def walked(photo_folder: Path) -> Walked:
    """An audit with all that a report could tell too much of."""
    found = audited.with_everything(defects=6, photos=4)
    found.answer("F1", ["drugs"])
    found.answer("F1_note", SECRET)
    found.answer("E8", {"label": "Flat by the arch", "asset_id": None}, instance="h1")
    found.answer("E8_address", "12 Kestrel Court", instance="h1")
    found.answer("G10_plates", "VX19 ZZZ")
    noted = found.answer("B1", "partly", note="A blue car, VX19 ZZZ, blocks it. Ring 07700 900123.")
    found.add_photos(noted)
    hidden = found.answer("D1", "fail", restricted_note=SECRET)
    found.add_photos(hidden)
    found.defect("IN-ASB", note=SECRET)
    found.defect("TH-OPP", note="12 Kestrel Court was burgled", street_text="Kestrel Court")
    found.defect("FT-GEN", photos=1, people_in_photo=True)
    found.action("Talk to the tenants of Zebra House", concern=Concern.objects.get(restricted=True), source="concern")
    found.answer_missing()
    return found


def page(walked: Walked, reader: str, role: str = "manager") -> str:
    answer = cast.client_of(cast.person(role)).get(f"/api/audits/{walked.audit.pk}/report?for={reader}")
    assert answer.status_code == 200, answer.content
    html: str = answer.content.decode()
    return html


def text_of_pdf(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        return "\n".join(pdf[number].get_textpage().get_text_range() for number in range(len(pdf)))


def pdf(walked: Walked, reader: Reader, folder: Path) -> Path:
    folder.mkdir()
    audit = audit_for_report(walked.manager, walked.audit.pk)
    return report_pdf.write_pdf(audit, reader, folder, timezone.now(), lambda done, total: None)


def every_export(walked: Walked, folder: Path) -> dict[str, str]:
    """The text of every page and file that can leave, by its name."""
    audit = audit_for_report(walked.manager, walked.audit.pk)
    book = load_workbook(io.BytesIO(answers_workbook(audit, timezone.now()).read()), read_only=True)
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    return {
        "page for the partnership": page(walked, "partnership"),
        "page for residents": page(walked, "residents"),
        "PDF for the partnership": text_of_pdf(pdf(walked, Reader.PARTNERSHIP, folder / "p")),
        "PDF for residents": text_of_pdf(pdf(walked, Reader.RESIDENTS, folder / "r")),
        "workbook": "\n".join(cells),
    }


def sign(walked: Walked) -> None:
    shown = cast.client_of(walked.officer).get(f"/api/audits/{walked.audit.pk}/result").json()
    sign_audit(person=walked.officer, audit_id=walked.audit.pk, content_hash=shown["content_hash"])


def test_what_is_restricted_is_in_no_file_that_leaves(walked: Walked, tmp_path: Path) -> None:
    assert Answer.objects.filter(question="F1_note", value=SECRET).exists()
    assert Participant.objects.filter(contact="07700 900123").exists(), "it is there to be found"
    for signed in (False, True):
        if signed:
            sign(walked)
        folder = tmp_path / str(signed)
        folder.mkdir()
        for name, text in every_export(walked, folder).items():
            flat = re.sub(r"\s+", " ", text)
            found = [secret for secret in RESTRICTED if secret.lower() in flat.lower()]
            assert found == [], f"{name} tells {found}"
            assert "Castle" in flat, f"{name} tells nothing"


def test_residents_are_named_nowhere_in_what_residents_read(walked: Walked, tmp_path: Path) -> None:
    exports = every_export(walked, tmp_path)
    for name in ("page for residents", "PDF for residents"):
        assert [each for each in NAMES_OF_RESIDENTS if each in exports[name]] == []
        assert "14 Tanner Street" not in exports[name] and "AB12" not in exports[name]
    # Who agreed to be named is, to the partnership; who did not is nowhere.
    assert "Pauline Person" in exports["PDF for the partnership"]
    assert [name for name, text in exports.items() if "Shy Example" in text] == []


def test_residents_read_what_they_said_and_what_is_done(walked: Walked) -> None:
    html = page(walked, "residents")
    said = re.sub(r"<[^>]+>|\s+", " ", html)
    assert "The back gate of Tanner Street never shuts." in said
    assert "Mend the back gate and fit a closer (Testford Homes, by 29 January 2027)" in said
    assert "Wish: Benches and a light by the path" in said
    assert "<img" not in html, "a face or a plate may be in a photo"


def test_the_partnership_reads_all_that_its_agenda_needs(walked: Walked, tmp_path: Path) -> None:
    sign(walked)
    text = re.sub(r"\s+", " ", text_of_pdf(pdf(walked, Reader.PARTNERSHIP, tmp_path / "p")))
    audit = Audit.objects.get(pk=walked.audit.pk)
    for expected in (
        "Testford Borough Council",
        audit.reference,
        "Complaints about rubbish and broken fences",
        "1 June 2026 to 31 October 2026",
        "Sergeant Sample",
        "The closer is off its hinge.",
        "Rear door of a block will not lock",
        "What residents said",
        "Keep hedges under one metre beside paths.",
        "Kept up by Testford Homes for 5 years.",
        "29 January 2027",
        "Olu Officer",
        "How this was done",
    ):
        assert expected in text, expected
    assert audit.content_hash in text.replace(" ", "")
    assert "Draft" not in text
    assert "The photo is kept by the council: it shows people or a number plate." in text


def test_a_draft_says_that_it_is_one(walked: Walked) -> None:
    assert "It is not signed off: what is said here may still change." in page(walked, "partnership")


class Outline(HTMLParser):
    """What a screen reader goes by."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.without_alt = self.headers_without_scope = self.tables = self.captions = 0
        self.language: str | None = None
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.without_alt += tag == "img" and not about.get("alt")
        self.headers_without_scope += tag == "th" and "scope" not in about
        self.tables += tag == "table"
        self.captions += tag == "caption"
        if tag == "html":
            self.language = about.get("lang")
        for name in ("src", "href"):
            if name in about and not (about[name] or "").startswith("data:"):
                self.outside.append(about[name] or "")


@pytest.mark.parametrize("reader", ["partnership", "residents"])
def test_a_page_can_be_read_with_a_screen_reader_and_fetches_nothing(walked: Walked, reader: str) -> None:
    html = page(walked, reader)
    outline = Outline()
    outline.feed(html)
    assert outline.language == "en-GB"
    assert outline.headings[0] == 1 and outline.headings.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in zip(outline.headings, outline.headings[1:], strict=False))
    assert outline.without_alt == outline.headers_without_scope == 0
    assert outline.tables == outline.captions > 0
    assert outline.outside == [] and "<script" not in html
    assert re.findall(r"url\((?!\"data:)[^)]*\)", html) == []


def test_a_pdf_is_tagged_with_its_title_its_language_and_every_picture_in_words(walked: Walked, tmp_path: Path) -> None:
    path = pdf(walked, Reader.PARTNERSHIP, tmp_path / "p")
    with pypdfium2.PdfDocument(path) as document:
        assert pypdfium2.raw.FPDFCatalog_IsTagged(document.raw)
        assert words(pypdfium2.raw.FPDFCatalog_GetLanguage, document.raw) == "en-GB"
        assert document.get_metadata_dict()["Title"] == f"Environmental Visual Audit {walked.audit.reference}: Castle"
        tags = [tag for number in range(len(document)) for tag in tags_of(document, number)]
    kinds = {kind for kind, _ in tags}
    assert {"H1", "H2", "Table", "TH", "Figure"} <= kinds
    figures = [alt for kind, alt in tags if kind == "Figure"]
    assert figures and all(figures), "a picture without words"
    assert any(alt.startswith("Map of Castle") for alt in figures)
    assert "Image" not in (tmp_path / "p" / "said.log").read_text(), "the typesetter found nothing to complain of"


def tags_of(document: Any, number: int) -> list[tuple[str, str]]:
    """(kind, alternative text) of every tag on a page."""
    raw = pypdfium2.raw
    page_ = document[number]  # its tags are read as long as it is open
    tree = raw.FPDF_StructTree_GetForPage(page_.raw)
    tops = [raw.FPDF_StructTree_GetChildAtIndex(tree, n) for n in range(raw.FPDF_StructTree_CountChildren(tree))]
    found, waiting = [], [top for top in tops if top]
    while waiting:
        tag = waiting.pop()
        found.append((words(raw.FPDF_StructElement_GetType, tag), words(raw.FPDF_StructElement_GetAltText, tag)))
        below = (
            raw.FPDF_StructElement_GetChildAtIndex(tag, n) for n in range(raw.FPDF_StructElement_CountChildren(tag))
        )
        waiting += [each for each in below if each]
    raw.FPDF_StructTree_Close(tree)
    page_.close()
    return found


def words(get: Any, of: Any) -> str:
    """A text of PDFium's: UTF-16 with a zero at its end, of a size that it tells first."""
    size = get(of, None, 0)
    buffer = (ctypes.c_ushort * max(size // 2, 1))()
    get(of, buffer, size)
    return bytes(buffer)[: max(0, size - 2)].decode("utf-16-le")


def test_the_typesetter_opens_nothing_but_its_folder(tmp_path: Path) -> None:
    """Somebody's words with an address in them must never make the server fetch it."""
    outside = tmp_path / "secret.svg"
    outside.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>taken</text></svg>')
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.svg").symlink_to(outside)
    for address in (outside.as_uri(), "../secret.svg", "link.svg", "http://127.0.0.1:9/x.svg", "data:image/svg+xml,x"):
        (folder / "report.html").write_text(
            f'<html lang="en"><title>T</title><p>before</p><img src="{address}" alt="x"><p>after</p>'
        )
        typesetter.set_pages(folder)
        text = text_of_pdf(folder / "report.pdf")
        assert "before" in text and "after" in text and "taken" not in text


def test_a_name_with_signs_in_it_stands_as_it_is_in_the_running_title(walked: Walked, tmp_path: Path) -> None:
    evil = 'St Giles’ & "Mere" </style><script>'
    Area.objects.filter(pk=walked.audit.area_id).update(name=evil)
    text = "".join(text_of_pdf(pdf(walked, Reader.RESIDENTS, tmp_path / "r")).split())
    assert "".join(f"Environmental Visual Audit · {evil}".split()) in text
    assert "<script" not in page(walked, "residents")


def test_who_may_read_a_report(walked: Walked) -> None:
    path = f"/api/audits/{walked.audit.pk}/report"
    councillor = cast.client_of(cast.person("councillor"))
    assert councillor.get(path).status_code == 404, "a draft is no councillor's reading"
    sign(walked)
    assert councillor.get(path).status_code == 200
    assert cast.client_of(cast.person("crew")).get(path).status_code == 404
    shown = cast.client_of(walked.warden).get(path)
    assert "default-src 'none'" in shown["Content-Security-Policy"] and shown["X-Frame-Options"] == "SAMEORIGIN"
