"""Every address of the application with the keys of real records, and who may open it.

A new address fails `test_every_address_is_in_the_table` until somebody says here who it is for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, get_resolver, reverse

from accord.basics.clock import now

THERAPIST, SUPERVISOR, LEAD = "therapist", "supervisor", "lead"
ADMINISTRATOR, RESEARCHER = "administrator", "researcher"
EVERYONE = {THERAPIST, SUPERVISOR, LEAD, ADMINISTRATOR, RESEARCHER}
CARERS = {THERAPIST, SUPERVISOR, LEAD}
ASKERS = {THERAPIST, LEAD}  # a supervisor reads; who asks and notes is the therapist or the lead

# Sign-in and Django's admin are walked by tests of their own.
ELSEWHERE = ("account_", "mfa_", "admin:")


@dataclass(frozen=True)
class World:
    """Keys of one client's records in one service."""

    client: str
    course: str
    session: str
    link: str
    response: str
    alert: str
    signal: str
    meeting: str
    talk: str
    staff: str
    team: str
    token: str
    slug: str
    repair: str
    concern: str
    letter: str
    door: str
    change: str
    erasure: str
    training: str


@dataclass(frozen=True)
class Address:
    """One address: its arguments, who of the own service may open it, and whether it only takes what is sent."""

    arguments: Callable[[World], list[str]]
    for_: frozenset[str]
    sends: bool = False
    of_record: bool = True


def _a(arguments: Callable[[World], list[str]], for_: set[str], *, sends: bool = False) -> Address:
    return Address(arguments, frozenset(for_), sends)


def _page(for_: set[str], *, sends: bool = False) -> Address:
    return Address(lambda w: [], frozenset(for_), sends, of_record=False)


def _client(w: World) -> list[str]:
    return [w.client]


def _session(w: World) -> list[str]:
    return [w.session]


def _link(w: World) -> list[str]:
    return [w.link]


STAFF: dict[str, Address] = {
    "attention:today": _page(CARERS),
    "attention:welcome": _page(EVERYONE),
    "attention:risk": _page(EVERYONE),
    "attention:acknowledge": _a(lambda w: [w.alert], CARERS, sends=True),
    "attention:talked_about": _a(lambda w: [w.response], CARERS, sends=True),
    "attention:due": _page(CARERS),
    "attention:snooze": _a(lambda w: [w.course], ASKERS),
    "attention:unsnooze": _a(lambda w: [w.course], ASKERS, sends=True),
    "attention:say": _a(lambda w: [w.signal], ASKERS, sends=True),
    "attention:agenda": _page({SUPERVISOR}),
    "attention:meeting_open": _page({SUPERVISOR}, sends=True),
    "attention:meeting_close": _page({SUPERVISOR}, sends=True),
    "attention:meeting": _a(lambda w: [w.meeting], {SUPERVISOR}),
    "attention:talk": _a(lambda w: [w.course], {SUPERVISOR}, sends=True),
    "attention:agreed_done": _a(lambda w: [w.talk], {SUPERVISOR}, sends=True),
    "learning:budget": _page({LEAD}),
    "learning:home": _page(CARERS),
    "learning:state": _page(CARERS),
    "learning:run": _page({LEAD}, sends=True),
    "learning:names": _page({LEAD}, sends=True),
    "learning:looked": _page({LEAD}, sends=True),
    "learning:talked": _a(lambda w: [w.course], ASKERS, sends=True),
    "learning:study": Address(lambda w: ["therapists"], frozenset(CARERS), of_record=False),
    "learning:take": Address(lambda w: ["therapists", "csv"], frozenset({LEAD}), of_record=False),
    "learning:report": Address(lambda w: ["pdf"], frozenset({LEAD}), of_record=False),
    "therapy:clients": _page(CARERS),
    "therapy:client": _a(_client, CARERS),
    "therapy:chart": _a(_client, CARERS),
    "therapy:numbers": _a(_client, CARERS),
    "therapy:review": _a(_client, CARERS),
    "therapy:reviewed": _a(_client, ASKERS, sends=True),
    "therapy:together": _a(_client, CARERS),
    "therapy:gives": _a(_client, {THERAPIST}, sends=True),
    "therapy:pattern": _a(lambda w: [w.client, "expert_trap"], ASKERS, sends=True),
    "therapy:book": _a(_client, ASKERS),
    "therapy:session": _a(_session, ASKERS),
    "therapy:transfer": _a(_client, ASKERS),
    "therapy:end": _a(_client, ASKERS),
    "ask:session": _a(_session, ASKERS),
    "ask:qr": _a(lambda w: [w.session, "accord-check-in"], ASKERS),
    "ask:paper": _a(lambda w: [w.session, "accord-wellbeing"], ASKERS),
    "ask:card": _a(_link, ASKERS),
    "ask:send": _a(_link, ASKERS, sends=True),
    "ask:withdraw": _a(_link, ASKERS, sends=True),
    "ask:reopen": _a(_link, ASKERS, sends=True),
    "ask:again": _a(_client, ASKERS, sends=True),
    "ask:rate": _a(_session, {THERAPIST}),
    "ask:skip": _a(_session, {THERAPIST}, sends=True),
    "people:settings": _page({LEAD, ADMINISTRATOR}),
    "people:plan": _page({LEAD, ADMINISTRATOR}),
    "people:mail": _page({THERAPIST}),
    "people:noted": _page({LEAD, ADMINISTRATOR}),
    "people:training_new": _page({LEAD, ADMINISTRATOR}, sends=True),
    "people:training_end": _a(lambda w: [w.training], {LEAD, ADMINISTRATOR}, sends=True),
    "people:words": _page({LEAD, ADMINISTRATOR}),
    "people:articles": _page({LEAD, ADMINISTRATOR}),
    "people:staff": _page({ADMINISTRATOR}),
    "people:staff_new": _page({ADMINISTRATOR}),
    "people:staff_edit": _a(lambda w: [w.staff], {ADMINISTRATOR}),
    "people:teams": _page({ADMINISTRATOR}),
    "people:team_new": _page({ADMINISTRATOR}),
    "people:team_edit": _a(lambda w: [w.team], {ADMINISTRATOR}),
    "people:team_end": _a(lambda w: [w.team], {ADMINISTRATOR}, sends=True),
    "people:switch": _a(lambda w: [w.slug], EVERYONE, sends=True),
    "people:client_new": _page(ASKERS),
    "people:client_edit": _a(_client, ASKERS),
    "people:course_new": _a(_client, ASKERS),
    "people:consent": _a(_client, ASKERS),
    "voice:door": _a(_client, ASKERS),
    "voice:door_card": _a(_client, ASKERS),
    "voice:changed": _a(lambda w: [w.course], ASKERS),
    "voice:changed_back": _a(lambda w: [w.change], ASKERS, sends=True),
    "voice:erasures": _page({LEAD}),
    "voice:erasure": _a(lambda w: [w.erasure], {LEAD}),
    "audit:trail": _page({ADMINISTRATOR}),
    "repair:repairs": _page(CARERS),
    "repair:begin": _a(lambda w: [w.course], {THERAPIST, SUPERVISOR}),
    "repair:repair": _a(lambda w: [w.repair], CARERS),
    "repair:act": _a(lambda w: [w.repair], CARERS, sends=True),
    "repair:teaching": _page(CARERS),
    "repair:tools": _page(EVERYONE),
    "repair:tools_settings": _page({LEAD}),
    "repair:tool_new": _page({LEAD}),
    "repair:tool": Address(lambda w: ["two_of_us"], frozenset({LEAD}), of_record=False),
    "repair:tool_change": Address(lambda w: ["two_of_us"], frozenset({LEAD}), sends=True, of_record=False),
    "voice:inbox": _page(EVERYONE),
    "voice:letter": _a(lambda w: [w.concern], {THERAPIST}),
    "voice:letter_answer": _a(lambda w: [w.concern], {THERAPIST}, sends=True),
}

CLIENTS: dict[str, Callable[[World], list[str]]] = {
    "checkin:service_worker": lambda w: [],
    "checkin:form": lambda w: [w.token],
    "checkin:sent": lambda w: [w.token],
    "checkin:who": lambda w: [w.token],
    "checkin:decline": lambda w: [w.token],
    "checkin:off": lambda w: [w.token],
    "me:letter": lambda w: [w.letter],
    "public:complaints": lambda w: [w.slug],
    "me:page": lambda w: [w.door],
    "me:who": lambda w: [w.door],
    "me:choices": lambda w: [w.door],
    "me:copy": lambda w: [w.door],
    "me:erasing": lambda w: [w.door],
    "me:language": lambda w: [w.door],
    "me:off": lambda w: [w.door],
    "public:fit": lambda w: [],
    "public:fit_of": lambda w: [w.slug],
    "public:about": lambda w: [],
    "public:about_of": lambda w: [w.slug],
    "public:library": lambda w: [],
    "public:article": lambda w: ["measuring-the-alliance"],
    "public:feed": lambda w: [],
    "public:claims": lambda w: [],
    "public:claims_json": lambda w: [],
    "public:claim": lambda w: ["alliance-outcome"],
    "public:honesty": lambda w: [],
}


def names() -> set[str]:
    """The names of every address that the application answers to, but for those walked elsewhere."""
    found = set(_names(get_resolver().url_patterns, ""))
    return {name for name in found if not name.startswith(ELSEWHERE)}


def _names(patterns: list, space: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"
        else:
            yield from _names(
                pattern.url_patterns, space + (f"{pattern.namespace}:" if pattern.namespace else "")
            )


def url(name: str, world: World) -> str:
    """The address of `name` for the records of `world`."""
    arguments = STAFF[name].arguments if name in STAFF else CLIENTS[name]
    return reverse(name, args=arguments(world))


def world_of(clinic, code: str) -> World:
    """One client with everything an address can be about: answers that raise an alert and a concern."""
    from accord.instruments.registry import instrument
    from accord.web.attention.waiting import judge_waiting
    from accord.web.checkin.actions import Answered, record_answers
    from accord.web.checkin.links import make_link, token
    from accord.web.people.actions import set_consent
    from accord.web.voice import concerns
    from accord.web.voice.changes import say_changed
    from accord.web.voice.doors import make_door
    from accord.web.voice.doors import token as door_token
    from accord.web.voice.erasing import ask_erasure

    made = clinic.client(code, name=f"{code} Worldly")
    set_consent(viewer=clinic.of("therapist"), client=made.client, purpose="supervision", granted=True)
    check_in, wellbeing = instrument("accord-check-in"), instrument("accord-wellbeing")
    first = Answered(
        check_in, {1: 70.0, 2: 70.0, 3: 70.0, 4: 70.0, 5: 1.0, 6: 1.0}, {}, f"{code}-1", "en", "link"
    )
    risk = {number: wellbeing.item(number).risk_at for number in wellbeing.risk_numbers}
    second = Answered(wellbeing, {1: 40.0, **risk}, {}, f"{code}-2", "en", "link")
    response = record_answers(session=made.session, answered=first).response
    alert = record_answers(session=made.session, answered=second).response.alert
    judge_waiting()
    link = make_link(made.session, "accord-alliance")
    talk = _talked_about(clinic, made.course, alert.key)
    written = concerns.Written("therapist", "Worldly words.", f"{code}-letter")
    concern = concerns.write(course=made.course, written=written)
    door = make_door(viewer=clinic.of("therapist"), client=made.client)
    change = say_changed(viewer=clinic.of("therapist"), course=made.course, words="Worldly change.")
    return World(
        client=made.client.key,
        course=made.course.key,
        session=made.session.key,
        link=link.key,
        response=response.key,
        alert=alert.key,
        signal=made.course.signals.filter(rule="concern").get().key,
        meeting=talk.meeting.key,
        talk=talk.key,
        staff=clinic.staff["therapist"].key,
        team=clinic.service.team_set.get().key,
        token=token(link),
        slug=clinic.service.slug,
        concern=concern.key,
        letter=concerns.token(concern),
        repair=_repair(clinic, made.course, made.session).key,
        door=door_token(door),
        change=change.key,
        erasure=ask_erasure(door=door).key,
        training=_training(clinic).key,
    )


def _talked_about(clinic, course, why: str):
    """A closed supervision meeting in which this course was talked about and something was agreed."""
    from accord.web.attention import supervision_actions as supervision

    viewer = clinic.of("supervisor")
    talk = supervision.talk(viewer=viewer, course=course, why=[why])
    agreed = {"agreed": "Ask about sleep.", "agreed_by": clinic.staff["therapist"]}
    supervision.note(viewer=viewer, talk=talk, note="Worldly note.", **agreed)
    supervision.close_meeting(viewer=viewer, meeting=talk.meeting)
    return talk


def _training(clinic):
    """A training of the therapist."""
    from accord.web.people.noting import note_training

    day = now().date()
    return note_training(
        viewer=clinic.of("lead"), staff=clinic.staff["therapist"], training=f"Listening {day}", day=day
    )


def _repair(clinic, course, session):
    """An open repair of this course with a note of the therapist."""
    from accord.repair.event import Origin, Step
    from accord.web.repair import actions, noting

    viewer = clinic.of("therapist")
    made = actions.begin(viewer=viewer, course=course, origin=Origin.SENSE, about=session).repair
    noting.note(viewer=viewer, repair=made, noted=[noting.Noted(Step.NAME, words="Worldly note.")])
    return made
