"""Everything that can go wrong, as one tree.

* ExtensionError
  + Refused              we understood, and will not do it
    - InvalidInput         the request does not fit its schema                422
    - NotFound             no such lead, target or installation here          404
    - TargetsChanged       somebody else has changed the targets meanwhile    409
    - SetupChanged         what there is to set up changed since it was shown  409
    - SetupBusy            somebody else is setting Zoho up just now          409
    - AutomationChanged    somebody else has changed the automation meanwhile 409
    - PlanChanged          the lead changed since its plan was shown          409
    - NotPossible          something stands in the way of the plan            409
    - WrongState           a conversion is not in the state for this          409
      · CannotUndo           a step of it has no way back                     409
    - WrongOrg             the person signed in to another organisation       403
    - NotAdmin             only an administrator of the org may do this       403
    - NotPermitted         Zoho does not let this person do this              403
      · SignInRefused        the sign-in ended without a session              403
    - TooManyStreams       this process follows no more things at once        503
  + ForgedDelivery       a webhook without what we gave its sender          403
  + NotSignedIn          no living session stands behind this               401
    - NotInstalled         no working installation stands behind this         401
  + InstallFailed        Zoho's consent did not end in a working grant      400
  + ZohoError            Zoho answered with an error                        502
    - ZohoRefused          and would answer the same again
      · ZohoMissing          there is no such record for this person
      · ScopeMissing         the grant does not cover this call
      · GrantRevoked         the grant is dead: somebody must sign in again   401
      · Unchanged            what we hold is still right
    - ZohoBusy             and may well not, a little later          retry   503
      · TokenExpired         but would with a new access token
    - ZohoUnclear          or never answered a write: it may have happened

A `code` is for programs and never changes; the message is a sentence for the person. docs/errors.md
lists all codes, also those that are given to a single case of a class.
"""

from collections.abc import Mapping


class ExtensionError(Exception):
    """The root: `status` is the HTTP status that a caller of our API sees."""

    code = "internal_error"
    status = 500

    def __init__(
        self, message: str, *, code: str | None = None, details: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.details: Mapping[str, object] = details or {}


class Refused(ExtensionError):
    code = "refused"
    status = 400


class InvalidInput(Refused):
    code = "invalid_input"
    status = 422


class NotFound(Refused):
    code = "not_found"
    status = 404


class TargetsChanged(Refused):
    code = "targets_changed"
    status = 409


class SetupChanged(Refused):
    code = "setup_changed"
    status = 409


class SetupBusy(Refused):
    code = "setup_busy"
    status = 409


class AutomationChanged(Refused):
    code = "automation_changed"
    status = 409


class PlanChanged(Refused):
    code = "plan_changed"
    status = 409


class NotPossible(Refused):
    code = "not_possible"
    status = 409


class WrongState(Refused):
    code = "wrong_state"
    status = 409


class CannotUndo(WrongState):
    code = "cannot_undo"


class WrongOrg(Refused):
    code = "wrong_org"
    status = 403


class NotAdmin(Refused):
    code = "not_admin"
    status = 403


class NotPermitted(Refused):
    code = "not_permitted"
    status = 403


class SignInRefused(NotPermitted):
    """`code` says why."""

    code = "sign_in_refused"


class TooManyStreams(Refused):
    code = "too_many_streams"
    status = 503


class ForgedDelivery(ExtensionError):
    """Says no more than that: who forges learns nothing."""

    code = "forged_delivery"
    status = 403


class NotSignedIn(ExtensionError):
    code = "not_signed_in"
    status = 401


class NotInstalled(NotSignedIn):
    code = "not_installed"


class InstallFailed(ExtensionError):
    """`code` says what kept it from it."""

    code = "install_failed"
    status = 400


class ZohoError(ExtensionError):
    """`zoho_code` is Zoho's own code, such as DUPLICATE_DATA; never Zoho's whole answer."""

    code = "zoho_error"
    status = 502
    retry = False

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        details: Mapping[str, object] | None = None,
        zoho_code: str = "",
    ) -> None:
        super().__init__(message, code=code, details=details)
        self.zoho_code = zoho_code


class ZohoRefused(ZohoError):
    code = "zoho_refused"


class ZohoMissing(ZohoRefused):
    code = "zoho_missing"
    status = 404


class ScopeMissing(ZohoRefused):
    code = "scope_missing"
    status = 403


class GrantRevoked(ZohoRefused):
    code = "grant_revoked"
    status = 401


class Unchanged(ZohoRefused):
    """Not changed since the time in `If-Modified-Since`: what you hold is still right (304)."""

    code = "unchanged"


class ZohoBusy(ZohoError):
    code = "zoho_busy"
    status = 503
    retry = True


class TokenExpired(ZohoBusy):
    """Zoho does not know the access token (any more): nothing was done; ask with a new one."""

    code = "token_expired"


class ZohoUnclear(ZohoError):
    code = "zoho_unclear"
