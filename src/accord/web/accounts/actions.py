"""What happens with accounts outside the sign-in pages: a new password, a lost second factor."""

import secrets

from allauth.mfa.models import Authenticator
from django.db import transaction

from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.web.accounts.models import User
from accord.web.audit import actions as audit
from accord.web.people.models import Staff

PASSWORD_BYTES = 12  # 16 characters, 96 bits


def new_password() -> str:
    """A password that nobody can guess, to be changed after the first sign-in."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def user_named(email: str) -> User:
    """The account with this address; raises `Faults` with the near one."""
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        known = User.objects.order_by("email").values_list("email", flat=True)
        raise refuse("e-mail", f"nobody signs in as {email}.", hint(email, known))
    return user


@transaction.atomic
def reset_password(*, user: User, second_factor: bool = False, by: str = "accord") -> str:
    """Give the account a new password, returned once, and so end its sessions; on request forget its second factor."""
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    if second_factor:
        Authenticator.objects.filter(user=user).delete()
    for staff in Staff.objects.filter(user=user):
        audit.record(
            service_id=staff.service_id,
            actor=by,
            verb="reset password",
            kind="staff",
            subject=staff.key,
            second_factor=second_factor,
        )
    return password
