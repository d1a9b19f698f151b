"""How allauth behaves here: nobody signs up by themselves, and second-factor secrets are encrypted."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy as _

from accord.web.secrecy import lock, unlock


class StaffOnlyAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; there is no public sign-up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "Address and password do not fit. Try again, or ask for a new password."
        ),
        "too_many_login_attempts": _(
            "Too many tries with this address, so it is closed to further ones for ten minutes. Nothing is lost. Wait, "
            "or ask for a new password. If it was not you who tried, tell whoever looks after Accord in your service."
        ),
        "incorrect_password": _(
            "This is not your password. Try again, or ask for a new one after signing out."
        ),
        "account_inactive": _("This account rests. Ask whoever looks after Accord in your service."),
        "invalid_password_reset": _("This link is used up. Ask for a new one."),
    }

    def is_open_for_signup(self, request):
        return False

    def reauthenticate(self, user, password):
        """Whether this is the password of `user`; by their address, since accounts have no other name."""
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk


class EncryptedMFAAdapter(DefaultMFAAdapter):
    """Keeps one-time-password secrets and recovery seeds encrypted at rest."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code is not right, or it has just run out. Wait for the next one and write that."
        ),
    }

    def encrypt(self, text: str) -> str:
        return lock(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unlock(encrypted_text)
