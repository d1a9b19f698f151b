"""How allauth behaves here: nobody signs up by themselves, and second-factor secrets are encrypted."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from accord.web.secrecy import lock, unlock


class StaffOnlyAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; there is no public sign-up."""

    def is_open_for_signup(self, request):
        return False


class EncryptedMFAAdapter(DefaultMFAAdapter):
    """Keeps one-time-password secrets and recovery seeds encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return lock(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unlock(encrypted_text)
