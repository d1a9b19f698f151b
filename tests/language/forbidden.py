"""Words that Accord does not use, why, and the few places where one of them is meant."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A pattern (case does not matter) and why it is not used."""

    pattern: str
    why: str


@dataclass(frozen=True)
class Allowed:
    """A place where a forbidden word stands on purpose: the end of its name, the words around it, the reason."""

    file: str
    words: str
    because: str


JUDGED = (
    "good|bad|poor|weak|best|worst|better|worse|top|ineffective|effective|difficult|toxic|failing|failed|normal|abnormal|"
    "problem|problematic|compliant|unmotivated|resistant"
)
PEOPLE = "client|therapist|clinician|counsellor|performer|supervisor|person|people"
ABOUT_A_PERSON, NO_RANKS = "a verdict about a person", "nobody is ranked"

# *Not a rupture* is an ending of a repair: the therapist says that it was none.
NOUNS = {
    "en": (
        Rule(r"(?<!\bbe )(?<!\bis )(?<!\bare )(?<!\bmore )\bpatients?\b", "say client"),
        Rule(r"(?<!\bnot a )\bruptured?s?\b", "say dip, or strain: a score alone shows no rupture"),
    ),
    "es": (
        Rule(r"\bpacientes?\b", "di cliente"),
        Rule(r"\brupturas?\b", "di bajada o tensión"),
    ),
}
# Verdicts about a person. What is worth asking about is said as a question, and who is best is said by nobody.
VERDICTS = {
    "en": (
        Rule(rf"\b(?:{JUDGED})[ -](?:{PEOPLE})s?\b", ABOUT_A_PERSON),
        Rule(
            r"\bbroken client\b|\bhopeless\b|\btreatment[- ]resistant\b|\bresistance of the client\b",
            ABOUT_A_PERSON,
        ),
        Rule(r"\b(?:is|are|was|were|being|seems?|as|too|so|very) resistant\b", "say what happened"),
        Rule(r"\bnon-?complian\w*", "say what was not done"),
        Rule(r"\bincompeten\w*|\bunprofessional\w*|\bdeficien(?:t|cy|cies)\b", ABOUT_A_PERSON),
        Rule(
            r"\bmanipulati\w+|\battention[- ]seeking\b|\bunco-?operative\b|\blazy\b|\bneedy\b", ABOUT_A_PERSON
        ),
        Rule(r"\b(?:client|therapist|you|they|she|he) (?:has |have )?failed\b", ABOUT_A_PERSON),
        Rule(r"\bat fault\b|\b(?<!not )(?:your|their|his|her|whose) (?:own )?fault\b", "nobody is blamed"),
        Rule(r"\bto blame\b|\bblamed?\b", "nobody is blamed"),
        Rule(r"\bworst\b(?!: )(?! of it\b)(?! is named)", NO_RANKS),
        Rule(r"\b(?:under|out|over)perform\w*|\b(?:low|high|poor|top|star) performers?\b", NO_RANKS),
        Rule(r"\bleague tables?\b|\branked (?:first|last|among)\b", NO_RANKS),
        Rule(r"\bbad scores?\b|\bscor(?:es|ed|ing) (?:badly|poorly)\b", "say what the number is"),
    ),
    "es": (
        Rule(r"\b(?:mal|mala|buen|buena|mejor|peor) (?:terapeuta|cliente|persona)s?\b", "un veredicto"),
        Rule(r"\b(?:el|la|los|las) peor(?:es)?\b", "nadie está en una lista"),
        Rule(r"\bculpa(?:ble|bles)?\b", "nadie tiene la culpa"),
        Rule(r"\bresistentes?\b|\bfracas\w+", "di qué pasó"),
    ),
}
ANYWHERE = ""
ALLOWED = (
    Allowed("phq-9/definition.yaml", "Patient Health Questionnaire", "the published name of the instrument"),
    Allowed("docs/glossary.md", 'Never "patient", but in FHIR', "the line that forbids the word"),
    Allowed("docs/glossary.md", "never called a *rupture*", "the line that forbids the word"),
    Allowed(
        "accord-tension-therapist/definition.yaml", "Rupture Resolution Rating System", "a published name"
    ),
    Allowed("docs/honesty.md", "repairing ruptures", "what the studies of training called it"),
    Allowed(ANYWHERE, "the best therapists ask for feedback", "what a claim says, shown with its verdict"),
    Allowed(ANYWHERE, "marks the better therapist has not been tested", "why that claim does not stand"),
    Allowed("evidence/claims.yaml", "Nobody should be blamed", "says that nobody is"),
    Allowed(
        "what-feedback-can-do.md", "from best to worst would mostly sort luck", "why there is no such list"
    ),
)
