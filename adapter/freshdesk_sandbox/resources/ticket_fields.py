"""The fields of a ticket that an account sets up: choices, custom fields, and the demands of its form.

Here: which values a custom field takes, and the refusal of a field that is missing. Not here: operations; there are
none yet. The choices are those of a new account, and one status of its own.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from freshdesk_sandbox.checks import POSITIVE, STRING, TIME, Flaw, mismatch
from freshdesk_sandbox.kinds import is_decimal_text, is_finite_number, is_integer
from freshdesk_sandbox.problems import one_of
from freshdesk_sandbox.switches import AccountSwitches, Count, Switches
from freshdesk_sandbox.times import is_date

STATUSES: Final = {
    2: "Open",
    3: "Pending",
    4: "Resolved",
    5: "Closed",
    6: "Waiting on Customer",
    7: "Waiting on Third Party",
    8: "Waiting on Warehouse",
    9000: "Assigned to AI Agent",
}
OPEN: Final = 2
PENDING: Final = 3
CLOSED: Final = 5
PRIORITIES: Final = {1: "Low", 2: "Medium", 3: "High", 4: "Urgent"}
TYPES: Final = ("Question", "Incident", "Problem", "Feature Request", "Refund")

# A recorded new account offers these but for Chat (7), which is documented. Form.sources puts others in their place.
SOURCES: Final = (1, 2, 3, 4, 7, 8, 9, 10, 11, 13, 15, 16, 17, 18, 19, 20, 21, 22)
PORTAL: Final = 2
OUTBOUND: Final = 10

FORM_ID: Final = 158000869325

type FieldKind = Literal["text", "number", "decimal", "checkbox", "dropdown", "date"]


@dataclass(frozen=True, slots=True)
class CustomField:
    """A ticket field of the account's own. `choices` are for a dropdown."""

    kind: FieldKind
    choices: tuple[str, ...] = ()


CUSTOM_FIELDS: Final[dict[str, CustomField]] = {
    "cf_order_number": CustomField("text"),
    "cf_items_affected": CustomField("number"),
    "cf_refund_amount": CustomField("decimal"),
    "cf_vip": CustomField("checkbox"),
    "cf_product_area": CustomField("dropdown", ("Checkout", "Shipping", "Billing", "Account", "Integrations")),
    "cf_delivery_date": CustomField("date"),
}
REQUIRABLE: Final = (
    *("subject", "description", "status", "priority", "source", "type"),
    *("group_id", "responder_id", "product_id", "company_id", *CUSTOM_FIELDS),
)


def _requirable(name: str) -> str:
    if name not in REQUIRABLE:
        raise ValueError(f"there is no field {name!r} to demand; there are {', '.join(REQUIRABLE)}")
    return name


type FieldName = Annotated[str, AfterValidator(_requirable)]
type Nullable = Literal[
    "responder_id", "group_id", "product_id", "company_id", "email_config_id", "type", "due_by", "fr_due_by"
]


class Form(Switches):
    """The account's ticket form.

    Attributes:
        sources: the numbers of the account's sources.
        required: the fields that a create must give; custom fields by their names.
        required_for_closure: the fields that a ticket must have once it gets one of `closing_statuses`.
        closing_statuses: the statuses that close a ticket in this sense; that Resolved is one is not established.
        not_null: the fields that a create may not give as null, which is attested of the agent alone.
        decimals_from_text: a decimal is taken as a number, and as the string that answers show. Else a number alone is
            taken.
    """

    sources: Annotated[tuple[Count, ...], Field(min_length=1)] = SOURCES
    required: tuple[FieldName, ...] = ("subject", "description")
    required_for_closure: tuple[FieldName, ...] = ()
    closing_statuses: tuple[Count, ...] = (4, 5)
    not_null: tuple[Nullable, ...] = ("responder_id",)
    decimals_from_text: bool = True


class FieldSwitches(AccountSwitches):
    """The switches of ticket fields.

    Attributes:
        form: the values that the ticket form takes and demands.
    """

    form: Form = Field(default_factory=Form)


def custom_flaw(field: CustomField, value: object, form: Form) -> Flaw:
    """Return the flaw of a value of a custom field."""
    if value is None:
        return None
    if field.kind == "dropdown":
        return None if value in field.choices else ("invalid_value", one_of(field.choices))
    if field.kind == "decimal" and form.decimals_from_text and is_decimal_text(value):
        return None
    words, check = _CUSTOM_KINDS[field.kind]
    return None if check(value) else mismatch(value, words)


def wanted(name: str, form: Form) -> tuple[str, str]:
    """Return code and words of the refusal when the field `name`, which must be there, is not."""
    if name in CUSTOM_FIELDS:
        return _wanted_custom(CUSTOM_FIELDS[name])
    choices: Mapping[str, Collection[object]] = {**_CHOICES, "source": form.sources}
    return "missing_field", one_of(choices[name]) if name in choices else _WORDS.get(name, POSITIVE)


def _wanted_custom(field: CustomField) -> tuple[str, str]:
    if field.kind == "dropdown":  # attested with this code
        return "invalid_value", one_of(field.choices)
    return "missing_field", _CUSTOM_KINDS[field.kind][0]


def _is_day(value: object) -> bool:
    return isinstance(value, str) and is_date(value)


_CHOICES: Final[Mapping[str, Collection[object]]] = {"status": STATUSES, "priority": PRIORITIES, "type": TYPES}
_WORDS: Final[Mapping[str, str]] = {"subject": STRING, "description": STRING, "due_by": TIME, "fr_due_by": TIME}
_CUSTOM_KINDS: Final[Mapping[FieldKind, tuple[str, Callable[[object], bool]]]] = {
    "text": (STRING, lambda value: isinstance(value, str)),
    "number": ("It should be a/an Integer", is_integer),
    "decimal": ("It should be a/an Number", is_finite_number),
    "checkbox": ("It should be a/an Boolean", lambda value: isinstance(value, bool)),
    "date": ("It should be a date, YYYY-MM-DD", _is_day),
}
