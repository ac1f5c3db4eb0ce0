import base64
import contextlib
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pytest
from serving import seeded, served_here
from test_web_pages import HOSTILE, STATUSES

from timeline import open_timeline

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium, as Debian packages it")

POKROVSK = "/place/geonames:704422"
ON = "2025-10-27"
PAGES = (
    "/",
    f"{POKROVSK}?known={ON}",
    f"{POKROVSK}?known={ON}&valid=2025-10-26",
    f"/place/x:land?known={ON}",
    f"/place/x:b?known={ON}",
    f"/place/iso:UA-14?known={ON}",
    f"{POKROVSK}/diff?a=2025-10-26&b={ON}",
    "/place/Avdiivka/then-and-now?on=2024-02-18",
    "/claim/pokrovsk-2025-10-27-infiltration",
    "/place/local:x%2F%3F%23",
    "/search?q=Pokrovks",
    "/place/x:unbroken",
)
UNBROKEN = """\
reports:
  - kind: control_assessment
    place:
      id: "x:unbroken"
      name: Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch
      kind: village
      parent: "x:land"
    chain: [AMouthpieceOfWhichNobodyEverSaidThatItsNameShouldBeWrittenWithAnySpaces]
    happened: 2025-10-27
    reported: 2025-10-27
    shares: [{status: contested}]
"""


class Site(NamedTuple):
    """A server of the pages: its store, and its address on this machine."""

    store: Path
    url: str


@contextlib.contextmanager
def served(store: Path) -> Iterator[Site]:
    """The site of a store."""
    with served_here(store) as url:
        yield Site(store, url.rstrip("/"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The reports that come with the program, one that means harm, and a region of its own."""
    folder = tmp_path_factory.mktemp("browser")
    (folder / "hostile.yaml").write_text(HOSTILE)
    (folder / "statuses.yaml").write_text(STATUSES)
    (folder / "long.yaml").write_text(UNBROKEN)
    files = (folder / "hostile.yaml", folder / "statuses.yaml", folder / "long.yaml")
    with served(seeded(folder / "timeline.db", *files)) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """Chromium without a window."""
    with sync_api.sync_playwright() as playwright:
        # Its own sandbox needs rights that a container does not give.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextlib.contextmanager
def reader(chromium: "Browser", site: Site, **options: Any) -> Iterator["Page"]:
    """A page in a browser of its own; at the end nothing failed, nothing left the machine."""
    context: BrowserContext = chromium.new_context(base_url=site.url, **options)
    page = context.new_page()
    troubles: list[str] = []

    def heard(message: Any) -> None:
        if message.type in ("error", "warning"):
            troubles.append(message.text)

    def asked(request: Any) -> None:
        if not request.url.startswith((f"{site.url}/", "data:", "blob:")):
            troubles.append(f"asked for {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(f"a dialog: {dialog.message}"))
    page.on("request", asked)
    try:
        yield page
    finally:
        context.close()
    assert troubles == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_way_of_a_reader(chromium: "Browser", site: Site, scripts: bool) -> None:
    """From the start to Pokrovsk on October 27, its dates, a source, a comparison, a permalink."""
    with reader(chromium, site, java_script_enabled=scripts) as page:
        page.goto("/")
        page.get_by_label("Place, or a question").fill("Покровськ")
        page.get_by_label("As of the end of").fill(ON)
        page.get_by_role("button", name="Find").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Pokrovsk"
        assert "infiltration RU: about 200 soldiers, small groups" in page.inner_text("#forces")

        page.get_by_label("Known by the end of").first.fill("2025-10-26")
        page.get_by_role("button", name="Show").click()
        assert "As of 2025-10-26" in page.inner_text("main")
        assert page.locator("#forces").count() == 0
        page.get_by_label("Known by the end of").first.fill(ON)
        page.get_by_label("the end of", exact=True).check()
        page.get_by_label("Held by the end of").fill("2025-10-26")
        page.get_by_role("button", name="Show").click()
        assert "What held by 2025-10-26, as known by 2025-10-27" in page.inner_text("main")
        page.get_by_label("the same day").check()
        page.get_by_role("button", name="Show").click()
        assert page.url == f"{site.url}{POKROVSK}?known={ON}"

        card = page.locator(".card", has_text="infiltration RU")
        card.locator("summary").click()
        assert "The General Staff puts at some 200" in card.inner_text()
        if scripts:
            card.get_by_text("no other version shows in its place").wait_for()
        card.get_by_role("link", name="Why it is shown").click()
        page.get_by_role("heading", name="Who says it, and where").wait_for()
        page.go_back()

        page.get_by_role("button", name="Compare").click()
        assert " added, 0 replaced, 0 changed, 0 corrected, 0 withdrawn" in page.inner_text("main")
        page.go_back()
        page.get_by_role("button", name="Look back").click()
        assert "Then and now: about 2025-10-27" in page.inner_text("main")
        page.go_back()

        page.get_by_role("link", name="Permalink").click()
        first = page.request.get(page.url).body()
        file_report(site, ON, "reuters")
        assert page.request.get(page.url).body() == first


def test_who_comes_back_finds_the_dates_of_the_page(chromium: "Browser", site: Site) -> None:
    """And not those that were chosen to leave it, beside what was known on others."""
    with reader(chromium, site) as page:
        page.goto(f"{POKROVSK}?known={ON}")
        page.get_by_label("Known by the end of").first.fill("2025-10-26")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url(f"**{POKROVSK}?known=2025-10-26")
        page.go_back()
        assert "As of 2025-10-27" in page.inner_text(".asof")
        assert page.get_by_label("Known by the end of").first.input_value() == ON
        assert page.get_by_label("Held by the end of").input_value() == ON
        # As a browser does that keeps the whole page.
        page.get_by_label("Known by the end of").first.fill("2025-10-26")
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        assert page.get_by_label("Known by the end of").first.input_value() == ON


def file_report(site: Site, day: str, party: str, kind: str = "clash") -> None:
    """Somebody files a report on Pokrovsk."""
    document = site.store.parent / f"{time.monotonic_ns()}.yaml"
    document.write_text(
        f"reports: [{{kind: {kind}, place: Pokrovsk, chain: [{party}], happened: {day}, "
        f"reported: {day}, tags: [n{time.monotonic_ns()}]}}]\n"
    )
    with open_timeline(site.store) as timeline:
        assert timeline.add(document).filed == 1


def listening(page: "Page", address: str) -> None:
    """Go to an address, and wait until its page listens for news."""
    with page.expect_response(lambda response: "/news?" in response.url):
        page.goto(address)


def test_news_come_and_leave_the_reader_in_place(chromium: "Browser", site: Site) -> None:
    """The new claim is there; what was read, opened and typed stays where it was."""
    with reader(chromium, site, viewport={"width": 1000, "height": 500}) as page:
        listening(page, POKROVSK)
        statement = page.locator("#statements .card").last
        statement.locator("summary").click()
        statement.get_by_text("no other version shows in its place").wait_for()
        statement.evaluate("card => card.scrollIntoView()")
        page.get_by_label("and by the end of").fill("2025-11-01")
        before = statement.bounding_box()
        shown = page.locator("#fighting .card").count()
        for day, who, name in (
            ("2025-11-02", "deepstate", "DeepState"),
            ("2025-11-03", "reuters", "Reuters"),
            ("2025-11-04", "isw", "Institute for the Study of War"),
        ):
            file_report(site, day, who)
            page.locator("#news").get_by_text(name).first.wait_for()
        after = statement.bounding_box()
        assert before
        assert after
        assert abs(after["y"] - before["y"]) < 3
        assert statement.locator("details[open]").count() == 1
        assert page.get_by_label("and by the end of").input_value() == "2025-11-01"
        assert page.locator("#fighting .card").count() >= shown


@pytest.mark.parametrize("where", ["#statements .card summary", ".moments a", "#forces h3 a"])
def test_news_leave_the_keyboard_where_it_was(chromium: "Browser", site: Site, where: str) -> None:
    """Who goes through a page by Tab does not begin again whenever something is filed."""
    with reader(chromium, site) as page:
        listening(page, POKROVSK)
        page.locator(where).first.focus()
        said = "document.activeElement.closest('.card, li, h3').innerText.slice(0, 12)"
        before = page.evaluate(said)
        file_report(site, "2025-11-05", "isw", "logistics_status, level: cut, side: UA")
        page.locator(".card.fresh").wait_for()
        assert page.evaluate(said) == before


def test_news_come_to_the_start_page(chromium: "Browser", site: Site) -> None:
    """A report is on the list without asking again."""
    with reader(chromium, site) as page:
        listening(page, "/")
        file_report(site, "2025-11-03", "reuters")
        page.locator(".newest li.fresh").wait_for()
        assert "Reuters · 2025-11-03" in page.locator(".newest li.fresh").inner_text()


RIGHT_END = """(one, name) => {
  const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), range = new Range();
  while (!texts.nextNode().data.includes(name));
  const text = texts.currentNode, at = text.data.indexOf(name);
  range.setStart(text, at);
  range.setEnd(text, at + name.length);
  return range.getBoundingClientRect().right;
}"""
"""Where a name ends on the screen."""


def test_news_name_who_says_it_last_in_any_script(chromium: "Browser", site: Site) -> None:
    """Of two names from right to left beside each other none is taken for the other."""
    holder, teller = "قوات الدعم السريع", "وزارة الصحة"
    document = site.store.parent / "script.yaml"
    document.write_text(
        f"parties: [{{id: sd.rsf, names: [{holder}]}}, {{id: ps.health, names: [{teller}]}}]\n"
        "reports: [{kind: control_assessment, place: Pokrovsk, chain: [ps.health], happened: "
        "2025-11-06, reported: 2025-11-06, shares: [{status: held, by: sd.rsf}]}]\n"
    )
    with reader(chromium, site) as page:
        listening(page, "/")
        with open_timeline(site.store) as timeline:
            assert timeline.add(document).filed == 1
        news = page.locator("#news")
        news.get_by_text(teller).wait_for()
        ends = [news.evaluate(RIGHT_END, name) for name in (holder, teller)]
        assert ends[0] < ends[1]


def test_what_is_redacted_leaves_every_open_page(chromium: "Browser", site: Site) -> None:
    """Also a source that is open, the page of the claim, and one that is fixed by its basis."""
    named = "Olha Zaporozhets"
    document = site.store.parent / "named.yaml"
    document.write_text(
        "reports: [{id: named, kind: civilian_harm, place: Pokrovsk, chain: [reuters], happened: "
        f"2025-10-27, reported: 2025-10-27, victims: {named}, quote: I am {named}, deaths: 1}}]\n"
    )
    with open_timeline(site.store) as timeline:
        assert timeline.add(document).filed == 1
    with contextlib.ExitStack() as stack:
        pages = [stack.enter_context(reader(chromium, site)) for _ in range(4)]
        dated, fixed, claim, compared = pages
        listening(dated, f"{POKROVSK}?known={ON}")
        fixed.goto(f"{POKROVSK}?known={ON}")
        listening(fixed, fixed.get_by_role("link", name="Permalink").get_attribute("href") or "")
        listening(claim, "/claim/named")
        listening(compared, f"{POKROVSK}/diff?a=2025-10-26&b={ON}")
        for page in pages:
            assert named in page.content()
        card = dated.locator(".card", has_text=named)
        card.locator("summary").click()
        card.get_by_text("no other version shows in its place").wait_for()
        shown = card.get_attribute("id")
        with open_timeline(site.store) as timeline:
            timeline.redact("named", "victims", "quote", reason="asked for by the family")
        for page in pages:
            page.get_by_text("[redacted]").first.wait_for()
            page.wait_for_function(
                "name => !document.documentElement.outerHTML.includes(name)", arg=named
            )
        dated.locator(f"#{shown}").get_by_text("no other version shows in its place").wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (768, "dark"), (1440, "light")])
def test_nobody_is_shut_out(chromium: "Browser", site: Site, width: int, scheme: str) -> None:
    """axe finds nothing serious on any page, and no page is wider than its window.

    What is met by a thumb is large enough for it (WCAG 2.2, 2.5.8), for which axe has to be asked.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe").Axe()
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    with reader(chromium, site, **options) as page:
        for url in PAGES:
            page.goto(url)
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, url
            found = axe.run(page, options={"rules": {"target-size": {"enabled": True}}}).response
            assert len(found["passes"]) > 5, url
            grave = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
            assert [(one["id"], one["nodes"][0]["html"]) for one in grave] == [], url


@pytest.mark.parametrize("width", [390, 800])
def test_who_needs_larger_letters_has_all_of_them_larger(
    chromium: "Browser", site: Site, width: int
) -> None:
    """Text of twice the size is that everywhere, and no page gets wider than its window."""
    with reader(chromium, site, viewport={"width": width, "height": 844}) as page:
        for url in (*PAGES, "/api"):
            page.goto(url)
            size = "getComputedStyle(document.body).fontSize"
            usual = page.evaluate(f"parseFloat({size})")
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert page.evaluate(f"parseFloat({size})") == 2 * usual, url
            assert page.evaluate("document.documentElement.scrollWidth") <= width, url


def test_the_day_of_the_page_is_seen_in_colours_of_the_reader(
    chromium: "Browser", site: Site
) -> None:
    """Who has the browser draw all in a few colours loses the ground that marks the day."""
    with reader(chromium, site, forced_colors="active") as page:
        page.goto(f"{POKROVSK}?known={ON}")
        outline = "one => getComputedStyle(one).outlineStyle"
        assert page.locator(".moments .here a").evaluate(outline) == "solid"
        assert page.locator(".moments li:not(.here) a").first.evaluate(outline) == "none"


def test_a_source_opens_by_keyboard(chromium: "Browser", site: Site) -> None:
    """Tab reaches it, Enter opens it; the first thing that Tab reaches leads past the top."""
    with reader(chromium, site) as page:
        page.goto(f"{POKROVSK}?known={ON}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "To the content"
        summary = page.locator("#control summary").first
        for _ in range(60):
            page.keyboard.press("Tab")
            if summary.evaluate("one => one === document.activeElement"):
                break
        page.keyboard.press("Enter")
        assert page.locator("#control details[open]").count() == 1


def test_a_phone_shows_what_is_searched_for_and_the_day_of_the_page(
    chromium: "Browser", site: Site
) -> None:
    """The words have the width that they need; of many days the one of the page is in view."""
    with reader(chromium, site, viewport={"width": 360, "height": 760}) as page:
        page.goto(f"/place/iso:UA-14?known={ON}")
        words = page.locator("#q")
        assert words.evaluate("one => one.scrollWidth <= one.clientWidth"), words.input_value()
        day = page.locator(".moments .here").bounding_box()
        assert day
        assert day["x"] >= 0
        assert day["x"] + day["width"] <= 360
        claim = page.locator(".says").first.bounding_box()
        assert claim
        assert claim["y"] + claim["height"] <= 760  # the first of what was asked for, unscrolled
        for choice in ("the same day", "the end of"):
            label = page.get_by_text(choice, exact=True).bounding_box()
            assert label
            assert label["height"] < 30


def test_what_opens_a_source_is_named_by_its_words(chromium: "Browser", site: Site) -> None:
    """Apart from each other, and without the arrow that is drawn behind them."""
    with reader(chromium, site) as page:
        page.goto(f"{POKROVSK}?known={ON}")
        tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
        named = [
            one["name"]["value"]
            for one in tree["nodes"]
            if one["role"]["value"] == "DisclosureTriangle"
        ]
        assert "2025-10-27 source" in [name.strip() for name in named]


def test_a_chart_keeps_to_the_width_of_a_phone(chromium: "Browser", site: Site) -> None:
    """Its title runs on in the next line, and what its marks mean stands above it."""
    charts = pytest.importorskip("web.pages.charts")
    if not charts.available():
        pytest.skip("needs the extra plot")
    with reader(chromium, site, viewport={"width": 329, "height": 700}) as page:  # of its frame
        for what in charts.CHARTS:
            page.goto(f"{POKROVSK}/chart?known={ON}&what={what}")
            page.locator("svg.marks").wait_for()
            assert page.evaluate("document.documentElement.scrollWidth") <= 329, what
            assert page.get_by_role("figure").get_by_label("Click to view actions").count() == 1


@pytest.mark.parametrize("width", [329, 350, 380])
def test_a_narrow_chart_has_its_whole_basis(chromium: "Browser", site: Site, width: int) -> None:
    """In the letters of the browser too, which may be wider than those of a file."""
    if not pytest.importorskip("web.pages.charts").available():
        pytest.skip("needs the extra plot")
    with reader(chromium, site, viewport={"width": width, "height": 700}) as page:
        page.goto(f"{POKROVSK}/chart")
        page.locator("svg.marks").wait_for()
        shown = "".join(page.locator("svg.marks text").all_text_contents())
        assert re.search(r"basis ?r[0-9]+_[0-9]+_0_(now=[-0-9T:.]+Z_){2}now(?!…)", shown), shown


def test_the_chart_comes_after_the_page(chromium: "Browser", site: Site) -> None:
    """Nothing of the drawing library is asked for before the reader comes near it."""
    charts = pytest.importorskip("web.pages.charts")
    if not charts.available():
        pytest.skip("needs the extra plot")
    with reader(chromium, site, viewport={"width": 1200, "height": 500}) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{POKROVSK}?known={ON}")
        assert not [url for url in asked if "vega" in url]
        page.locator("#charts").scroll_into_view_if_needed()
        drawn = page.frame_locator("iframe[name=chart]").locator("#picture svg").first
        drawn.wait_for(timeout=30_000)


def test_the_frame_of_a_chart_is_named_after_what_it_shows(chromium: "Browser", site: Site) -> None:
    """A screen reader says the name of a frame: not that of the picture before."""
    charts = pytest.importorskip("web.pages.charts")
    if not charts.available():
        pytest.skip("needs the extra plot")
    with reader(chromium, site) as page:
        page.goto(f"{POKROVSK}?known={ON}")
        page.locator("#charts").scroll_into_view_if_needed()
        frame = page.locator("iframe[name=chart]")
        page.locator("#charts a[href*='what=activity']").click()
        page.frame_locator("iframe[name=chart]").locator("#picture svg").first.wait_for()
        sync_api.expect(frame).to_have_attribute("title", re.compile("^How much was told"))


def test_a_chart_that_cannot_be_drawn_says_why(
    chromium: "Browser", site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what would be right, as the command line has it."""
    charts = pytest.importorskip("web.pages.charts")
    if not charts.available():
        pytest.skip("needs the extra plot")
    monkeypatch.setattr("timeline.pictures.marks.MOST", 3)
    with contextlib.closing(chromium.new_context(base_url=site.url)) as context:
        page = context.new_page()
        page.goto(f"{POKROVSK}/chart?known={ON}")
        page.get_by_text("choose a period, a facet or a party").wait_for(timeout=30_000)


BRIGHT = """async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const paper = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const drawn = paper.getContext("2d");
  drawn.drawImage(image, 0, 0, 1, 1);
  return drawn.getImageData(0, 0, 1, 1).data[1];
}"""
"""How bright a picture is on the whole."""


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_a_chart_is_as_dark_as_its_page(
    chromium: "Browser", site: Site, scheme: str, dark: bool
) -> None:
    """No white sheet in a dark room."""
    if not pytest.importorskip("web.pages.charts").available():
        pytest.skip("needs the extra plot")
    options = {"viewport": {"width": 1000, "height": 700}, "color_scheme": scheme}
    with reader(chromium, site, **options) as page:
        page.goto(f"{POKROVSK}?known={ON}")
        page.locator("#charts").scroll_into_view_if_needed()
        frame = page.frame_locator("iframe[name=chart]")
        frame.locator("#picture svg.marks").wait_for()
        shot = base64.b64encode(frame.locator("body").screenshot()).decode()
        assert (page.evaluate(BRIGHT, shot) < 100) == dark


@pytest.mark.parametrize("width", [360, 640, 641, 1100, 1280])
def test_a_map_fits_its_page_and_its_words_are_large_enough(
    chromium: "Browser", site: Site, width: int
) -> None:
    """Nothing of it has to be moved sideways; each place is there once, with its name."""
    with reader(chromium, site, viewport={"width": width, "height": 800}) as page:
        page.goto(f"/place/x:land?known={ON}")
        drawing = page.locator(".map svg").locator("visible=true")
        box = drawing.bounding_box()
        assert box
        assert 0 <= box["x"] < box["x"] + box["width"] <= width
        moved = "one => one.scrollWidth > one.clientWidth"
        assert not page.locator(".map, .map *:not(svg, svg *)").evaluate_all(
            f"found => found.some({moved})"
        )
        links = page.get_by_role("group", name="Places by status").get_by_role("link")
        assert links.count() == 3
        assert drawing.locator(".label").all_text_contents() == ["Aville", "Bville", "Cville"]
        words = drawing.locator("text:not(.sign)").evaluate_all(
            "found => found.map(one => parseFloat(getComputedStyle(one).fontSize)"
            " * one.ownerSVGElement.getScreenCTM().a)"
        )
        assert min(words) > 9
        assert max(words) < 16


LONG = "Krasnoarmiiskovuhledobropillianskokostiantynivskohirnytskyiselydivskyi"


def test_a_long_name_does_not_push_the_numbers_beside_it_out(
    chromium: "Browser", site: Site
) -> None:
    """How late a source is can be read on a phone, whatever the source is called."""
    with reader(chromium, site, viewport={"width": 390, "height": 900}) as page:
        page.goto("/place/x:unbroken/then-and-now?on=2025-10-20")
        last = page.locator(".wide tbody td").last.bounding_box()
        assert last
        assert last["x"] + last["width"] <= 390
        page.goto("/place/Bakhmut/then-and-now?on=2023-05-21")
        names = [one.bounding_box() for one in page.locator(".late tbody th").all()]
        assert names
        assert all(box and box["width"] > 300 for box in names)


def test_a_date_is_not_broken_nor_a_name_squeezed_on_a_phone(
    chromium: "Browser", site: Site
) -> None:
    """From when each source dates a status: the source, and below it both dates."""
    with reader(chromium, site, viewport={"width": 390, "height": 900}) as page:
        page.goto("/place/Bakhmut/then-and-now?on=2023-05-21")
        for cell in page.locator(".since tbody th").all():
            box = cell.bounding_box()
            assert box
            assert box["width"] > 300
        whole = [one.bounding_box() for one in page.locator(".since tbody .nb").all()]
        assert whole
        assert all(box and box["height"] < 30 for box in whole)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_links_to_facets_are_met_by_a_thumb(chromium: "Browser", site: Site) -> None:
    """Each is as high as a target has to be (WCAG 2.2, 2.5.8), also where they fill two lines."""
    with reader(chromium, site, viewport={"width": 360, "height": 844}) as page:
        page.goto(f"{POKROVSK}?known={ON}")
        boxes = [one.bounding_box() for one in page.locator(".facets a").all()]
        assert len({box["y"] for box in boxes if box}) > 1
        assert all(box and box["height"] >= 24 for box in boxes)


def test_the_example_of_the_start_page_has_its_date_whole(chromium: "Browser", site: Site) -> None:
    """On one line, whatever the width."""
    for width in range(320, 420, 20):
        with reader(chromium, site, viewport={"width": width, "height": 844}) as page:
            page.goto("/")
            box = page.locator(".note .nb").bounding_box()
            assert box
            assert box["height"] < 30


def test_a_sum_of_many_claims_is_read_on_a_phone(chromium: "Browser", tmp_path: Path) -> None:
    """The ids of what it is of stand below it, none of them broken."""
    counts = "\n".join(
        f"  - {{kind: casualties, side: ru, killed: 1000, happened: '{ON}T{n:02}:00Z'}}"
        for n in range(12)
    )
    (tmp_path / "sums.yaml").write_text(
        f"defaults: {{chain: [isw], place: Avdiivka, reported: {ON}}}\nreports:\n{counts}\n"
    )
    with (
        served(seeded(tmp_path / "timeline.db", tmp_path / "sums.yaml")) as site,
        reader(chromium, site, viewport={"width": 390, "height": 900}) as page,
    ):
        page.goto(f"/place/Avdiivka?known={ON}")
        ids = [one.bounding_box() for one in page.locator(".sums code").all()]
        assert len(ids) == 12
        assert all(box and box["height"] < 25 and box["x"] + box["width"] < 390 for box in ids)
        assert len({box["x"] for box in ids if box}) > 2
        name = page.locator(".sums tbody th").bounding_box()
        assert name
        assert name["width"] > 300
        assert name["height"] < 40
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_paper_a_party_stands_above_what_it_says(chromium: "Browser", site: Site) -> None:
    """A page ends between two claims and not within one; a row of parties leaves no page empty."""
    with reader(chromium, site) as page:
        page.emulate_media(media="print")
        page.goto(f"{POKROVSK}?known={ON}")
        assert page.locator(".asof .printed").count() == 0
        assert not page.get_by_text("Claims: + added").is_visible()  # nor the days that it is of

        def breaks(of: str, where: str) -> set[str]:
            """Whether a page may end there."""
            style = f"found => found.map(one => getComputedStyle(one).{where})"
            return set(page.locator(of).evaluate_all(style))

        assert breaks(".column h3", "breakAfter") == breaks(".card", "breakInside") == {"avoid"}
        assert breaks(".column", "breakInside") == {"auto"}
        page.goto(POKROVSK)  # as of now, which is another time when the paper is read
        assert re.search(r"As of now: as of 20\d\d-.*Z", page.inner_text(".asof"))


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("width", [700, 1280])
def test_a_long_name_does_not_push_the_age_of_a_status_out(
    chromium: "Browser", tmp_path: Path, media: Literal["screen", "print"], width: int
) -> None:
    """The last column is there whatever a place is called, on a screen and on paper."""
    (tmp_path / "long.yaml").write_text(
        "reports: [{kind: control_assessment, chain: [isw], happened: 2025-10-20, "
        f"reported: 2025-10-20, place: {{id: 'x:long', name: {LONG}, kind: settlement, "
        "parent: 'iso:UA-14', lat: 48.1, lon: 37.3}, shares: [{status: held, by: ua}]}]\n"
    )
    with (
        served(seeded(tmp_path / "timeline.db", tmp_path / "long.yaml")) as site,
        reader(chromium, site, viewport={"width": width, "height": 900}) as page,
    ):
        page.emulate_media(media=media)
        page.goto(f"/place/iso:UA-14?known={ON}")
        last = page.locator(".places tr", has_text=LONG).locator(".age")
        assert last.inner_text() == "7 days old"
        box, around = last.bounding_box(), page.locator(".wide", has=last).bounding_box()
        assert box
        assert around
        assert box["x"] + box["width"] <= around["x"] + around["width"] + 1
        assert around["x"] + around["width"] <= width


def test_a_picture_is_on_paper_too(chromium: "Browser", site: Site) -> None:
    """It is not asked for before there is paper, and what leads to others is left out."""
    with reader(chromium, site) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{POKROVSK}?known={ON}")
        printed = page.locator(".chart .printed")
        address = printed.get_attribute("src")
        assert address
        assert page.request.get(address).ok  # who draws first loads much; paper waits some seconds
        assert not printed.is_visible()
        assert not any("chart.svg" in one for one in asked)
        page.pdf()
        assert printed.evaluate("one => one.naturalWidth") > 300
        page.emulate_media(media="print")
        assert printed.is_visible()
        assert not page.locator(".chart iframe, .chart p").locator("visible=true").count()
