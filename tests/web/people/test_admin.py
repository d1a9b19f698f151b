"""Django's administration: for superusers of the installation, to look only (decision 0008)."""

import pytest
from django.contrib import admin

from accord.web.accounts.models import User


@pytest.fixture
def root(client, db):
    """The browser of whoever runs the installation."""
    user = User.objects.create_superuser("root@harbour.example", "a long enough password")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("role", ["administrator", "lead", "therapist"])
def test_a_services_own_people_stay_out_even_with_djangos_staff_flag(clinic, signed_in, role):
    staff = clinic.staff[role]
    browser = signed_in(staff)
    User.objects.filter(pk=staff.user_id).update(is_staff=True)
    for address in ("/admin/", "/admin/people/client/", "/admin/login/"):
        assert browser.get(address, follow=True).status_code == 403


def test_the_sign_in_is_the_one_of_everybody(client, db):
    """Django's own would know neither the second step nor the lock against guessing."""
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")


def test_every_table_is_listed_and_no_row_can_be_opened_added_changed_or_deleted(root, clinic):
    held = clinic.client("A-1", name="Ana M.", mail="ana@client.example")
    shown = ""
    for model, options in admin.site._registry.items():
        if not model.__module__.startswith("accord."):
            continue
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        page = root.get(address)
        assert page.status_code == 200, address
        shown += page.content.decode()
        assert root.get(f"{address}add/").status_code == 403, address
        assert not options.has_change_permission(page.wsgi_request), model
        assert not options.has_delete_permission(page.wsgi_request), model
    assert "A-1" in shown
    assert "Ana M." not in shown
    assert "ana@client.example" not in shown
    for end in ("change", "delete", "history"):
        assert root.get(f"/admin/people/client/{held.client.pk}/{end}/").status_code == 403
