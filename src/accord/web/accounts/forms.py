"""Allauth's forms without placeholders: a label stays readable while one types, a placeholder does not."""

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django.utils.translation import gettext_lazy as _


class _Plain:
    """Takes the placeholders away and calls things what the pages call them."""

    labels: dict[str, object] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)


class SignIn(_Plain, account.LoginForm):
    """Address and password; the way to a new password stands below the button."""

    labels = {"login": _("E-mail"), "password": _("Password")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class AskForNewPassword(_Plain, account.ResetPasswordForm):
    """The address to which the link goes."""

    labels = {"email": _("E-mail")}


class ChooseNewPassword(_Plain, account.ResetPasswordKeyForm):
    """The new password, twice."""

    labels = {"password1": _("New password"), "password2": _("The same once more")}


class ChangePassword(_Plain, account.ChangePasswordForm):
    """The old password, and the new one twice."""

    labels = {
        "oldpassword": _("Password now"),
        "password1": _("New password"),
        "password2": _("The same once more"),
    }


class PasswordAgain(_Plain, account.ReauthenticateForm):
    """The password before something that protects the account is changed."""

    labels = {"password": _("Password")}


class SecondStep(_Plain, mfa.AuthenticateForm):
    """A code from the app, or a recovery code."""

    labels = {"code": _("Code")}


class CodeAgain(_Plain, mfa.ReauthenticateForm):
    """A code before something that protects the account is changed."""

    labels = {"code": _("Code")}


class TurnOn(_Plain, totp.ActivateTOTPForm):
    """The first code of a new app."""

    labels = {"code": _("Six digits from the app")}
