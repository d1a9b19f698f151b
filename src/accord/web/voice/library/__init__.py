"""The public library: articles, claims, the honesty page, and the page that leads to all of them."""
