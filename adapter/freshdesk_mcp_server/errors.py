"""The errors of this server, and the meaning of each for the caller.

::

    FreshdeskMCPError
    |- ConfigurationError              all bad settings together; exit code 2; never reaches a model
    |- InvalidArgumentsError           the model can fix it; nothing was sent
    |- UnknownToolError                no such tool, or not for this caller; nothing was sent
    |- NotConfirmedError               a person was asked, and did not agree; nothing was sent
    |- ConfirmationUnavailableError    a person has to be asked, and cannot be; nothing was sent
    |- ShuttingDownError               this server ends before the call has begun; nothing was sent
    |- InternalError                   a defect of this server
    `- FreshdeskError                  one operation failed
       |- UnreachableError             could not connect                            not_sent
       |- OverloadedError              too many calls under way                     not_sent
       |- InterruptedCallError         this server ends before the call does        unknown for a write that was sent
       |- ReplyLostError               sent, no readable answer                     unknown for a write
       |- UnreadableReplyError         2xx, but not what the specification says     applied for a write
       |- ForeignReplyError            2xx, but not of Freshdesk: a page, say       unknown for a write
       |- ReplyTooLargeError           2xx, but more than is read                   applied for a write
       |- ServerFailureError           5xx                                          unknown for a write
       `- RefusedError                 Freshdesk answered, and did nothing          refused
          |- ValidationFailedError     400
          |- AuthenticationFailedError 401
          |- ForbiddenError            403, the agent lacks a permission
          |- FeatureUnavailableError   403, the plan lacks a feature
          |- AccountSuspendedError     403, nothing works until the account is paid for, or the like
          |- AgentLockedError          403, the agent's password is locked or expired
          |- BlockedError              403 of something in front of Freshdesk, or for the address of this server
          |- NotFoundError             404
          |- MethodNotAllowedError     405
          |- ConflictError             409
          |- UnsupportedMediaTypeError 415
          |- RateLimitedError          429, or the cooldown after one (not_sent)
          `- UnexpectedStatusError     any other status: a redirect, a 406, ...

Names, meanings and sentences live here. ``gateway.translate`` makes the errors, ``gateway.retry`` decides on a
repetition, and ``tools.kit.error_result`` shows them. No text here holds a raw body, a URL, the text of another
exception, or a secret. So each may leave the process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar


class Outcome(StrEnum):
    """The known effect of a failed call; it decides whether the call may be repeated."""

    NOT_SENT = "not_sent"
    """The request never left: nothing was changed."""
    REFUSED = "refused"
    """The request was sent, and is known to have changed nothing. Every failed read that was sent counts too."""
    UNKNOWN = "unknown"
    """The request was sent, and it is not known whether it changed anything."""
    APPLIED = "applied"
    """Freshdesk reported success, but its answer could not be read."""


class ErrorCode(StrEnum):
    """The machine-readable name of a failure, stable across releases."""

    CONFIGURATION = "configuration"
    INVALID_ARGUMENTS = "invalid_arguments"
    UNKNOWN_TOOL = "unknown_tool"
    NOT_CONFIRMED = "not_confirmed"
    CONFIRMATION_UNAVAILABLE = "confirmation_unavailable"
    SHUTTING_DOWN = "shutting_down"
    INTERNAL_ERROR = "internal_error"
    UNREACHABLE = "unreachable"
    OVERLOADED = "overloaded"
    INTERRUPTED = "interrupted"
    REPLY_LOST = "reply_lost"
    UNREADABLE_REPLY = "unreadable_reply"
    FOREIGN_REPLY = "foreign_reply"
    REPLY_TOO_LARGE = "reply_too_large"
    SERVER_FAILURE = "server_failure"
    VALIDATION_FAILED = "validation_failed"
    AUTHENTICATION_FAILED = "authentication_failed"
    FORBIDDEN = "forbidden"
    FEATURE_UNAVAILABLE = "feature_unavailable"
    ACCOUNT_SUSPENDED = "account_suspended"
    AGENT_LOCKED = "agent_locked"
    BLOCKED = "blocked"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CONFLICT = "conflict"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    RATE_LIMITED = "rate_limited"
    UNEXPECTED_STATUS = "unexpected_status"


class Unreachable(StrEnum):
    """The reason why no connection could be made, as far as it is known."""

    DNS = "dns"
    PROXY = "proxy"
    CERTIFICATE = "certificate"
    TLS = "tls"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    NETWORK = "network"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A field that was not accepted; each text is a cleaned single line."""

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The account's calls per minute by Freshdesk's last answer; decimals, as Freshdesk sends them."""

    total: float
    remaining: float


HINT_REPEATABLE = "The change may or may not have been made; calling again with the same arguments is safe."


@dataclass(frozen=True, slots=True)
class Refusal:
    """The sentences for one code of a refusal, where an operation has more to say than its class."""

    summary: str
    advice: str


@dataclass(frozen=True, slots=True)
class Guidance:
    """Sentences about one operation, for its caller.

    Attributes:
        thing: A name for what is changed, as in `possible_<thing>_ids`.
        check: The next step where nobody knows whether the change was made, and a repetition may make it twice.
        candidates: The same, where ids are named that may be the change.
        applied: The next step where Freshdesk reported success, and its answer could not be read.
        refusals: The sentences of refusals, by code.
    """

    thing: str = "thing"
    check: str = HINT_REPEATABLE
    candidates: str = HINT_REPEATABLE
    applied: str = "Do not repeat it: the change was made. Read it to see its present state."
    refusals: Mapping[ErrorCode, Refusal] = field(default_factory=dict)


NO_GUIDANCE = Guidance()
"""For operations about which there is nothing more to say."""


class FreshdeskMCPError(Exception):
    """The root: a failure with a code, a sentence, a known outcome, and advice."""

    code: ClassVar[ErrorCode]
    advice: ClassVar[str] = ""

    def __init__(
        self, message: str, *, outcome: Outcome = Outcome.NOT_SENT, fields: Sequence[FieldProblem] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.outcome = outcome
        self.fields = tuple(fields)
        self.retry_after_s: float | None = None

    @property
    def retryable(self) -> bool:
        """True if the same call, sent again later, may succeed and can do no harm."""
        return False

    @property
    def hint(self) -> str:
        """The advice for the next step, in one sentence."""
        return self.advice


class ConfigurationError(FreshdeskMCPError):
    """The settings do not make a server; `problems` holds one line for each, with what to do."""

    code = ErrorCode.CONFIGURATION

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class InvalidArgumentsError(FreshdeskMCPError):
    """The arguments of a tool call were refused before anything was sent."""

    code = ErrorCode.INVALID_ARGUMENTS
    advice = "Correct the arguments that are named, all at once, and call again."

    def __init__(self, fields: Sequence[FieldProblem]) -> None:
        super().__init__("The arguments were not accepted, and nothing was sent.", fields=fields)


class UnknownToolError(FreshdeskMCPError):
    """There is no such tool, or none that this caller may use; the text does not say which."""

    code = ErrorCode.UNKNOWN_TOOL
    advice = "Use one of the tools that are named."

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"There is no such tool, and nothing was sent. There are: {', '.join(names) or 'none'}.")


class NotConfirmedError(FreshdeskMCPError):
    """The person who was asked did not agree, or did not answer."""

    code = ErrorCode.NOT_CONFIRMED
    advice = "Do not call again unless the person asks for it."

    def __init__(self) -> None:
        super().__init__("The person who was asked did not confirm it, and nothing was done.")


class ConfirmationUnavailableError(FreshdeskMCPError):
    """A person has to confirm it, and this client cannot ask one."""

    code = ErrorCode.CONFIRMATION_UNAVAILABLE
    advice = "Calling again does not help; a person can do it in Freshdesk."

    def __init__(self) -> None:
        super().__init__("A person must confirm this, but this client cannot ask one. Nothing was done.")


class ShuttingDownError(FreshdeskMCPError):
    """This server is told to end, and the call has not got as far as Freshdesk."""

    code = ErrorCode.SHUTTING_DOWN
    advice = "Call again in a minute: this server, or another one in its place, will be there."

    def __init__(self) -> None:
        super().__init__("This server is shutting down, and nothing was sent.")

    @property
    def retryable(self) -> bool:
        """True in every case: nothing was sent."""
        return True


class InternalError(FreshdeskMCPError):
    """A defect of this server; the facts are in its log, not in this text."""

    code = ErrorCode.INTERNAL_ERROR
    advice = "Do not call again; report it to whoever runs this server, whose log has the details."

    def __init__(self) -> None:
        super().__init__(
            "This server failed. Whether Freshdesk changed anything is not known.", outcome=Outcome.UNKNOWN
        )


class FreshdeskError(FreshdeskMCPError):
    """An operation on Freshdesk failed.

    `operation` is the operationId of the specification; `status` the HTTP status, if there was an answer; `request_id`
    Freshdesk's own. `attempts` counts the requests sent, the last one included; `retry_after_s` is in seconds.
    `candidates` are the ids of records that may be the change. `guidance` has the sentences of its operation. `reason`
    is the reason why no connection was made.
    """

    summary: ClassVar[str]
    transient: ClassVar[bool] = False

    def __init__(
        self,
        operation: str,
        *,
        outcome: Outcome,
        repeatable: bool = False,
        status: int | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
        rate_limit: RateLimit | None = None,
        detail: str = "",
        fields: Sequence[FieldProblem] = (),
    ) -> None:
        super().__init__(" ".join(filter(None, (self.summary, detail))), outcome=outcome, fields=fields)
        self.operation = operation
        self.repeatable = repeatable
        self.status = status
        self.request_id = request_id
        self.retry_after_s = retry_after_s
        self.rate_limit = rate_limit
        self.attempts = 0
        self.candidates: tuple[int, ...] = ()
        self.guidance = NO_GUIDANCE
        self.reason: Unreachable | None = None

    @property
    def retryable(self) -> bool:
        """True if the failure is passing, and a repetition cannot make a change twice."""
        return self.transient and (self.repeatable or self.outcome in (Outcome.NOT_SENT, Outcome.REFUSED))

    def speak_of(self, guidance: Guidance) -> None:
        """Use the sentences of an operation in place of the general ones."""
        self.guidance = guidance
        if own := guidance.refusals.get(self.code):
            self.message = self.message.replace(self.summary, own.summary, 1)
            self.args = (self.message,)

    def leave_open(self) -> None:
        """Note that an earlier attempt of the same call may have made the change, whatever the result of this one."""
        self.outcome = Outcome.UNKNOWN
        self.message += " This was the last attempt; an earlier attempt of the same call may have made the change."
        self.args = (self.message,)

    def add_finding(self, told: str, candidates: tuple[int, ...] = ()) -> None:
        """Add the finding of a search for the change."""
        self.message = " ".join(filter(None, (self.message, told)))
        self.args = (self.message,)
        self.candidates = candidates

    @property
    def is_unsure(self) -> bool:
        """True if the change may have been made although the call failed."""
        return self.outcome in (Outcome.UNKNOWN, Outcome.APPLIED)

    @property
    def hint(self) -> str:
        """The advice for the next step, by the outcome of the change."""
        if self.outcome is Outcome.APPLIED:
            return self.guidance.applied
        if self.outcome is not Outcome.UNKNOWN:
            own = self.guidance.refusals.get(self.code)
            return own.advice if own else self.advice
        if self.candidates:
            return self.guidance.candidates
        return HINT_REPEATABLE if self.repeatable else self.guidance.check

    def is_about(self, field: str, code: str) -> bool:
        """Return True if the error names one problem, with this field and this code."""
        return [(problem.field, problem.code) for problem in self.fields] == [(field, code)]


@dataclass(frozen=True, slots=True)
class Remedy:
    """The cause of a failure, the remedy for the operator of this server, and the chance that it passes by itself."""

    happened: str
    todo: str
    passes: bool = True

    @property
    def hint(self) -> str:
        """The advice for a caller, who does not run this server."""
        first = "Try again in a minute; if it persists, w" if self.passes else "Calling again does not help: w"
        return f"{self.happened} {first}hoever runs this server should {self.todo}."

    @property
    def advice(self) -> str:
        """The advice for the operator of this server."""
        return f"{self.happened} {self.todo[0].upper()}{self.todo[1:]}."


REMEDIES = {
    Unreachable.DNS: Remedy(
        "The name of the host was not found.", "check the domain of the account, and whether other names are found"
    ),
    Unreachable.PROXY: Remedy(
        "The proxy was not reached, or does not let this server through.", "check the settings of the proxy"
    ),
    Unreachable.CERTIFICATE: Remedy(
        "No trusted authority vouches for the certificate that was shown, as where a company looks into TLS.",
        "name a file with the authority of the company in its settings",
        passes=False,
    ),
    Unreachable.TLS: Remedy("TLS did not come about with what answers there.", "check the firewall and the proxy"),
    Unreachable.REFUSED: Remedy("The connection was refused.", "check the firewall, and whether a proxy is needed"),
    Unreachable.TIMEOUT: Remedy("Nothing answered in time.", "check the firewall, and whether a proxy is needed"),
    Unreachable.NETWORK: Remedy("No connection came about.", "check the network"),
    Unreachable.BUSY: Remedy("All connections of this server are in use.", "let it have more"),
}
"""The remedies when no connection was made, by the reason."""


class UnreachableError(FreshdeskError):
    """No connection could be made: name resolution, TCP, TLS, or no free connection in time; `reason` says which."""

    code = ErrorCode.UNREACHABLE
    summary = "Freshdesk could not be reached, and nothing was sent."
    advice = REMEDIES[Unreachable.NETWORK].hint
    transient = True

    def __init__(self, operation: str, *, reason: Unreachable = Unreachable.NETWORK, **about: Any) -> None:
        super().__init__(operation, **about)
        self.reason: Unreachable = reason

    @property
    def retryable(self) -> bool:
        """As for all errors, if the reason may pass by itself."""
        return super().retryable and REMEDIES[self.reason].passes

    @property
    def hint(self) -> str:
        """The advice for the reason, unless an earlier attempt leaves more to say."""
        return super().hint if self.is_unsure else REMEDIES[self.reason].hint


class OverloadedError(FreshdeskError):
    """This server has as many calls under way, or waiting, as it takes for one account."""

    code = ErrorCode.OVERLOADED
    summary = "This server has too many calls under way for this account, and nothing was sent."
    advice = "Wait for the calls under way to end, then call again; do not make many calls at once."
    transient = True


class InterruptedCallError(FreshdeskError):
    """This server is told to end, and its grace is over before the call is."""

    code = ErrorCode.INTERRUPTED
    summary = "This server is shutting down and has ended the call early."
    advice = ShuttingDownError.advice
    transient = True


class ReplyLostError(FreshdeskError):
    """The request was sent, and no whole answer came back; Freshdesk may still be at work on it."""

    code = ErrorCode.REPLY_LOST
    summary = "The request was sent to Freshdesk, but no complete answer came back."
    advice = "Try again in a minute."
    transient = True


class UnreadableReplyError(FreshdeskError):
    """Freshdesk reported success with a body that is not what the specification says."""

    code = ErrorCode.UNREADABLE_REPLY
    summary = "Freshdesk reported success, but its answer could not be read."
    advice = "Try again once; if it persists, report it to whoever runs this server."


class ForeignReplyError(FreshdeskError):
    """A 2xx that is not in the form of Freshdesk's: a page of a proxy, or nothing where there should be JSON."""

    code = ErrorCode.FOREIGN_REPLY
    summary = "Something other than Freshdesk answered, such as a proxy or a login page; its success proves nothing."
    advice = (
        "Calling again rarely helps; whoever runs this server should check the domain of the account and any proxy in "
        "between."
    )

    @property
    def hint(self) -> str:
        """The next step for an unknown outcome, and the advice about the program that answered."""
        return f"{super().hint} {self.advice}" if self.is_unsure else self.advice


class ReplyTooLargeError(FreshdeskError):
    """Freshdesk reported success with a body beyond the bounds of this server."""

    code = ErrorCode.REPLY_TOO_LARGE
    summary = "Freshdesk reported success, but its answer is too large to be read."
    advice = "Ask for less: fewer per page, or without description and other embedded parts."


class ServerFailureError(FreshdeskError):
    """Freshdesk, or the network in front of it, answered with a 5xx status."""

    code = ErrorCode.SERVER_FAILURE
    summary = "Freshdesk failed to answer (a server error on its side)."
    advice = "Try again in a minute."
    transient = True


class RefusedError(FreshdeskError):
    """Freshdesk answered that it did not do it."""


class ValidationFailedError(RefusedError):
    """400: the values were not accepted; `fields` says which, as far as Freshdesk did."""

    code = ErrorCode.VALIDATION_FAILED
    summary = "Freshdesk did not accept the values, and changed nothing."
    advice = "Correct the values that are named, and call again."

    @property
    def hint(self) -> str:
        """The advice for the next step; Freshdesk does not always name a value."""
        is_unnamed = not self.fields and self.outcome is Outcome.REFUSED
        return "Freshdesk does not say which; check each value before calling again." if is_unnamed else super().hint


class AuthenticationFailedError(RefusedError):
    """401: the API key is wrong, or no longer valid."""

    code = ErrorCode.AUTHENTICATION_FAILED
    summary = "Freshdesk did not accept this server's API key."
    advice = "Calling again does not help; whoever runs this server must check its API key and domain."


class ForbiddenError(RefusedError):
    """403: the agent whose key it is may not do this."""

    code = ErrorCode.FORBIDDEN
    summary = "The agent whose API key this server uses may not do this."
    advice = "Calling again does not help; an administrator of the Freshdesk account must grant the permission."


class FeatureUnavailableError(RefusedError):
    """403 with the code require_feature: the plan of the account does not include it."""

    code = ErrorCode.FEATURE_UNAVAILABLE
    summary = "The plan of this Freshdesk account does not include this."
    advice = "Calling again does not help, and no permission is missing: it takes another plan."


class AccountSuspendedError(RefusedError):
    """403 with the code account_suspended: the account as a whole is shut."""

    code = ErrorCode.ACCOUNT_SUSPENDED
    summary = "This Freshdesk account is suspended, and nothing in it works through the API."
    advice = (
        "Calling again does not help, and no permission is missing; an administrator of the account must have "
        "Freshdesk lift the suspension."
    )


class AgentLockedError(RefusedError):
    """403 with the code password_lockout or password_expired: the agent whose key it is must sign in."""

    code = ErrorCode.AGENT_LOCKED
    summary = "The password of the agent whose API key this server uses is locked or expired."
    advice = "Calling again does not help; that agent must sign in to Freshdesk and renew the password."


class BlockedError(RefusedError):
    """403 as a page of HTML, or with words about an IP address: the API key was not even looked at."""

    code = ErrorCode.BLOCKED
    summary = "The request was turned away before Freshdesk looked at the API key."
    advice = (
        "Calling again does not help, and no permission is missing; whoever runs this server must check whether its "
        "IP address is among those that the account admits, and any firewall or proxy in between."
    )


class NotFoundError(RefusedError):
    """404: nothing of that number, or no such Freshdesk account."""

    code = ErrorCode.NOT_FOUND
    summary = "Freshdesk found nothing there: nothing of that number, or no such account."
    advice = "Check the number. If nothing is found at all, the domain in the settings of this server may be wrong."


class MethodNotAllowedError(RefusedError):
    """405: Freshdesk answers it to a write to something that is in the trash or marked as spam."""

    code = ErrorCode.METHOD_NOT_ALLOWED
    summary = "Freshdesk does not allow this as things are; most likely it is in the trash or marked as spam."
    advice = "Read it to see; an agent can restore it in Freshdesk."


class ConflictError(RefusedError):
    """409: the value exists already, or the record is in another state."""

    code = ErrorCode.CONFLICT
    summary = "It conflicts with what Freshdesk already holds, and nothing was changed."
    advice = "Read it and decide again."


class UnsupportedMediaTypeError(RefusedError):
    """415: Freshdesk did not understand the form of the request; a defect, or something between us and Freshdesk."""

    code = ErrorCode.UNSUPPORTED_MEDIA_TYPE
    summary = "Freshdesk did not understand the form of the request, and changed nothing."
    advice = "Do not call again; report it to whoever runs this server."


class RateLimitedError(RefusedError):
    """429: the account's calls for this minute are used up."""

    code = ErrorCode.RATE_LIMITED
    summary = "Freshdesk's rate limit for this account is used up, and nothing was changed."
    advice = "Wait retry_after_s seconds (a minute if it is not given), then call again."
    transient = True


class UnexpectedStatusError(RefusedError):
    """A status that the specification does not name: a redirect to a login page, a 406, ..."""

    code = ErrorCode.UNEXPECTED_STATUS
    summary = "Freshdesk, or something in front of it, gave an answer that is not part of its API."
    advice = (
        "Do not call again; whoever runs this server should check the domain of the account and any proxy in between."
    )


ERROR_BY_CODE_OF_403: dict[str, type[RefusedError]] = {
    "require_feature": FeatureUnavailableError,
    "account_suspended": AccountSuspendedError,
    "password_lockout": AgentLockedError,
    "password_expired": AgentLockedError,
}
"""The codes of a 403 that no permission mends: https://developers.freshdesk.com/api/#error."""
ERROR_BY_STATUS: dict[int, type[RefusedError]] = {
    400: ValidationFailedError,
    401: AuthenticationFailedError,
    403: ForbiddenError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    409: ConflictError,
    415: UnsupportedMediaTypeError,
    429: RateLimitedError,
}
"""The statuses of https://developers.freshdesk.com/api/#error with a class of their own; 5xx is ServerFailureError."""
