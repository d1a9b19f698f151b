"""The fit check: one file that holds everything and asks for nothing, in two languages, plain to read."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError
from tests.language import spanish

import accord.web.voice
from accord.evidence.reading_age import grade
from accord.web.people.models import Service
from accord.web.voice.fit.texts import LANGUAGES, Texts, Words, texts

ROOM = Path(accord.web.voice.__file__).parent
MOST_BYTES = 60_000
HARDEST_GRADE, LEAST_EASE = 6.5, 70
# The names by which a script reaches out or keeps something.
REACHES = (
    "fetch", "XMLHttpRequest", "sendBeacon", "WebSocket", "EventSource", "import", "Worker", "localStorage",
    "sessionStorage", "indexedDB", "caches", "cookie", "postMessage", "submit", "eval", "Function", "open(",
)  # fmt: skip


class Page(HTMLParser):
    """What a file holds: its ids, its attributes, its text by language, its inline blocks."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str, str]] = []
        self.spoken: dict[str, list[str]] = {code: [] for code in LANGUAGES}
        self.blocks: dict[str, str] = {}
        self.inside: list[tuple[str, str | None]] = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in ("meta", "link", "input", "br"):
            self.inside.append((tag, dict(attrs).get("lang")))
        if tag == "span" and dict(attrs).get("lang"):
            self.spoken[dict(attrs)["lang"]].append("")

    def handle_endtag(self, tag):
        if tag not in ("path", "rect", "circle"):
            while self.inside.pop()[0] != tag:
                pass

    def handle_data(self, data):
        tag = self.inside[-1][0] if self.inside else ""
        if tag in ("style", "script"):
            self.blocks[tag] = self.blocks.get(tag, "") + data
        language = next((lang for name, lang in reversed(self.inside) if name == "span" and lang), None)
        if language:
            self.spoken[language][-1] += data


@pytest.fixture
def opened(client, db):
    """`opened("/fit/")`: the response, and the page in it."""

    def get(address="/fit/", **options):
        response = client.get(address, **options)
        assert response.status_code == 200
        return response, Page(response.content.decode())

    return get


@pytest.fixture
def harbour(db) -> Service:
    return Service.objects.create(
        slug="harbour",
        name="Harbour <practice>",
        crisis_number="112",
        crisis_local_number="555 0134",
        contact="Reception, 555 0100",
        complaints_outside="Board, 555 0177",
    )


def test_everything_is_in_the_one_file(opened, harbour):
    for address in ("/fit/", "/fit/harbour/"):
        response, page = opened(address)
        assert len(response.content) <= MOST_BYTES
        led = [value for _, name, value in page.attributes if name in ("href", "src", "action", "srcset")]
        assert [one for one in led if one and not one.startswith(("#", "tel:", "data:"))] == []
        assert "url(" not in page.blocks["style"] and "@import" not in page.blocks["style"]
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", response.content.decode())
        assert "<form" not in response.content.decode()


def test_its_policy_allows_its_own_two_blocks_and_nothing_else(opened):
    response, page = opened()
    policy = response.headers["Content-Security-Policy"]
    rules = {name: values for name, *values in (rule.split() for rule in policy.split("; "))}
    hashed = {
        tag: f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
        for tag, text in page.blocks.items()
    }
    assert rules.pop("style-src") == [hashed["style"]]
    assert rules.pop("script-src") == [hashed["script"]]
    assert rules.pop("img-src") == ["data:"]
    assert set(rules) == {"default-src", "connect-src", "form-action", "base-uri", "frame-ancestors"}
    assert all(values == ["'none'"] for values in rules.values())
    written = next(value for tag, name, value in page.attributes if tag == "meta" and "default-src" in value)
    assert policy == f"{written}; frame-ancestors 'none'"
    assert not [name for _, name, _ in page.attributes if name == "style" or name.startswith("on")]


def test_its_script_names_nothing_that_sends_or_keeps(opened):
    script = re.sub(r"/\*.*?\*/", "", opened()[1].blocks["script"], flags=re.S)
    assert [name for name in REACHES if name in script] == []


def test_it_sets_no_cookie_and_takes_nothing(client, opened):
    response, _ = opened()
    assert response.cookies == {}
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert client.post("/fit/", {"heard": "not-really"}).status_code == 405


def test_every_text_stands_in_every_language_with_the_same_controls(opened):
    _, page = opened()
    assert len(page.spoken["en"]) == len(page.spoken["es"]) > 80
    assert not [text for code in LANGUAGES for text in page.spoken[code] if not text.strip()]
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    pointed = {
        value for _, name, value in page.attributes if name in ("for", "aria-labelledby", "aria-describedby")
    }
    pointed |= {value[1:] for _, name, value in page.attributes if name == "href" and value.startswith("#")}
    assert pointed <= set(ids)


def test_five_reflections_five_signs_four_questions_each_with_words(opened):
    _, page = opened()
    names = [value for tag, name, value in page.attributes if tag == "input" and name == "name"]
    assert [names.count(one.id) for one in texts().reflections] == [3] * 5
    assert [names.count(one.id) for one in texts().signs] == [1] * 5
    ids = {value for _, name, value in page.attributes if name == "id"}
    assert {f"say-{one.id}" for one in (*texts().reflections, *texts().signs)} <= ids
    assert len(texts().ready.questions) == 4


def test_every_text_of_the_file_is_on_the_page_and_the_page_asks_for_no_other():
    used = "".join(
        (ROOM / name).read_text(encoding="utf-8")
        for name in ("templates/voice/fit.html", "templates/voice/_fit_say.html", "fit/page.py")
    )
    asked = set(re.findall(r"\bt\.(\w+)\.(\w+)", used))
    asked |= {(section, name) for section in ("never", "crisis", "page") for name in re.findall(
        rf'{section}\["(\w+)"\]', used)}  # fmt: skip
    words = texts()
    there = {(section, name) for section in Texts.model_fields if isinstance(getattr(words, section), dict)
             for name in getattr(words, section)}  # fmt: skip
    asked -= {("ready", name) for name in type(words.ready).model_fields}
    assert asked == there


def test_a_text_that_lacks_a_language_is_refused():
    raw = yaml.safe_load((ROOM / "fit" / "fit.yaml").read_text(encoding="utf-8"))
    assert Texts.model_validate(raw)
    for one in ({"en": "Only English"}, {"en": "Yes", "es": ""}):
        with pytest.raises(ValidationError):
            Texts.model_validate({**raw, "page": {**raw["page"], "lead": one}})


def all_words(language: str) -> str:
    """Every text of the file in one language, a line each."""

    def walk(value):
        if isinstance(value, Words):
            yield re.sub(r"\{\w+\}", "112", value[language])
        elif isinstance(value, dict):
            for one in value.values():
                yield from walk(one)
        elif isinstance(value, tuple):
            for one in value:
                yield from walk(one)
        elif hasattr(value, "model_fields_set"):
            for name in type(value).model_fields:
                yield from walk(getattr(value, name))

    return "\n\n".join(walk(texts()))


def test_it_is_plain_to_read():
    assert grade(all_words("en")) <= HARDEST_GRADE
    assert spanish.ease(all_words("es")) >= LEAST_EASE


@pytest.mark.parametrize(
    "word, syllables",
    [("sol", 1), ("hoy", 1), ("que", 1), ("guía", 2), ("sesión", 2), ("terapia", 3), ("terapeuta", 4),
     ("ahora", 3), ("país", 2), ("caos", 2), ("pingüino", 3), ("y", 1), ("policía", 4)],
)  # fmt: skip
def test_spanish_syllables(word, syllables):
    assert spanish.syllables(word) == syllables


def test_it_tells_nobody_to_stay_or_to_go_and_counts_nothing(opened):
    said = all_words("en").lower()
    assert "this page does not tell you to stay or to go" in said
    for advice in ("you should", "leave your therapist", "find another", "you must", "score of", "points"):
        assert advice not in said
    assert "no study has tested them" in said


def test_a_service_shows_its_own_numbers_and_whom_else_to_ask(opened, harbour):
    response, page = opened("/fit/harbour/")
    said = " ".join(page.spoken["en"])
    calls = [value for tag, name, value in page.attributes if tag == "a" and value.startswith("tel:")]
    assert set(calls) == {"tel:112", "tel:5550134"}
    assert "Harbour <practice> who is not your therapist: Reception, 555 0100" in said
    assert "Someone outside the service: Board, 555 0177" in said
    assert b"Harbour <practice>" not in response.content


@pytest.mark.parametrize(
    "numbers, calls",
    [
        ({"crisis_number": "112", "crisis_local_number": ""}, ["112"]),
        ({"crisis_number": "", "crisis_local_number": "555 0134"}, ["5550134"]),
        ({"crisis_number": "", "crisis_local_number": ""}, ["112", "911"]),
    ],
)
def test_nobody_is_left_without_a_number(opened, harbour, numbers, calls):
    Service.objects.update(contact="", complaints_outside="", **numbers)
    _, page = opened("/fit/harbour/")
    called = {value for tag, name, value in page.attributes if tag == "a" and value.startswith("tel:")}
    assert called == {f"tel:{one}" for one in calls}
    assert "Ask who deals with complaints." in " ".join(page.spoken["en"])


def test_an_unknown_service_is_not_there(client, db):
    assert client.get("/fit/nowhere/").status_code == 404


def test_made_up_services_say_so(opened, harbour):
    assert "made up" not in " ".join(opened("/fit/harbour/")[1].spoken["en"])
    Service.objects.update(simulated=True)
    assert "made up" in " ".join(opened("/fit/harbour/")[1].spoken["en"])


@pytest.mark.parametrize(
    "query, accepts, begins",
    [
        ("", "es-ES,es", "es"),
        ("", "fr", "en"),
        ("", "ar", "en"),
        ("?lang=es", "en", "es"),
        ("?lang=xx", "es", "en"),
    ],
)
def test_it_begins_in_the_readers_language(opened, query, accepts, begins):
    _, page = opened("/fit/" + query, headers={"accept-language": accepts})
    assert ("html", "lang", begins) in page.attributes
