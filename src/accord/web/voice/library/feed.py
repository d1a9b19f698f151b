"""The articles as a feed in RSS 2.0: title, description and address of each, nothing that tells who reads it."""

from datetime import UTC, datetime, time

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _

from accord.web.voice.library.shelf import Shelf


def feed_address() -> str:
    """The address to subscribe to."""
    return settings.BASE_URL + reverse("public:feed")


def feed_xml(shelf: Shelf) -> str:
    """The feed of all articles, the newest first."""
    feed = Rss201rev2Feed(
        title=_("Accord: articles about the therapeutic alliance"),
        link=settings.BASE_URL + reverse("public:library"),
        description=_("What is known about working together in therapy, and how well it stands."),
        language="en",
        feed_url=feed_address(),
    )
    for one in shelf.books:
        article = one.article
        address = settings.BASE_URL + reverse("public:article", args=[article.slug])
        feed.add_item(
            title=article.title,
            link=address,
            description=article.description,
            unique_id=address,
            pubdate=datetime.combine(article.published, time(), UTC),
            categories=(article.category, *article.tags),
        )
    return feed.writeString("utf-8")
