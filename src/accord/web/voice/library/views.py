"""Public pages: articles, claims, honesty. They ask for nothing, keep nothing and set no cookie."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import conditional_page, require_safe

from accord.basics.near import near_name
from accord.evidence import claims as known
from accord.web.people.models import Service
from accord.web.voice.library.about_page import about_page, crisis_numbers, service_of
from accord.web.voice.library.claim_page import asked_for, claim_page, claims_page
from accord.web.voice.library.feed import feed_address, feed_xml
from accord.web.voice.library.honesty_page import honesty_page
from accord.web.voice.library.library_page import article_page, library_page
from accord.web.voice.library.shelf import shelf


def in_english(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page in English for every browser: articles and claims are written in it, and a page has one language."""

    @wraps(view)
    def spoken(request: HttpRequest, *arguments: object, **named: object) -> HttpResponseBase:
        with translation.override("en"):
            return view(request, *arguments, **named)

    return require_safe(spoken)


def _page(
    request: HttpRequest, name: str, service: Service | None = None, status: int = 200, **context: object
) -> HttpResponse:
    around = {"crisis": crisis_numbers(service), "feed": feed_address()}
    return render(request, f"voice/library/{name}.html", around | context, status=status)


@in_english
def about(request: HttpRequest, slug: str = "") -> HttpResponse:
    """All public pages, and whom to turn to."""
    service = service_of(slug)
    if slug and service is None:
        raise Http404
    return _page(request, "about", service, room="about", page=about_page(service))


@in_english
def library(request: HttpRequest) -> HttpResponse:
    """The articles; `?q=` searches them, `?tag=` chooses."""
    page = library_page(shelf(), request.GET.get("q", ""), request.GET.get("tag", ""))
    return _page(request, "library", room="library", page=page)


@in_english
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article; one with a fault is not there."""
    found = shelf().find(slug)
    if found is None:
        return _page(request, "missing", room="library", status=404, what="article")
    return _page(request, "article", room="library", page=article_page(found))


@in_english
@conditional_page
def feed(request: HttpRequest) -> HttpResponse:
    """The articles as RSS."""
    return HttpResponse(feed_xml(shelf()), content_type="application/rss+xml; charset=utf-8")


@in_english
def claims(request: HttpRequest) -> HttpResponse:
    """All claims; `?verdict=`, `?tag=` and `?q=` narrow them."""
    return _page(request, "claims", room="claims", page=claims_page(asked_for(request.GET)))


@in_english
@conditional_page
def claims_json(request: HttpRequest) -> HttpResponse:
    """The same as data, with every figure and source."""
    found = [known.as_data(one) for one in asked_for(request.GET).found]
    return JsonResponse(found, safe=False, json_dumps_params={"ensure_ascii": False})


@in_english
def claim(request: HttpRequest, id: str) -> HttpResponse:
    """One claim in full."""
    if not known.is_claim(id):
        near = near_name(id, (one.id for one in known.claims()))
        return _page(request, "missing", room="claims", status=404, what="claim", near=near)
    return _page(request, "claim", room="claims", page=claim_page(known.claim(id), shelf()))


@in_english
def honesty(request: HttpRequest) -> HttpResponse:
    """What is validated and what is not."""
    return _page(request, "honesty", room="honesty", page=honesty_page())
