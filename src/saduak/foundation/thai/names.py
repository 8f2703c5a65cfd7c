"""Names of months and weekdays, the words for eras, and the error that reading a date raises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Language = Literal["th", "en"]

MONTHS_TH: Final = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
MONTHS_TH_SHORT: Final = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
MONTHS_EN: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTHS_EN_SHORT: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip

# Monday first, as date.weekday() counts.
WEEKDAYS_TH: Final = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
WEEKDAYS_TH_SHORT: Final = ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา.")
WEEKDAYS_EN: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS_EN_SHORT: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class ThaiValueError(ValueError):
    """A value that a person wrote cannot be understood.

    The message is a lazy translation and is only resolved by ``str()``, so the error can be raised where
    no language is active. ``code`` is stable, for tests and for forms.
    """

    def __init__(self, message: str | _StrPromise, *, code: str, **params: Any) -> None:
        """Keep the untranslated message and the values to be put into it."""
        super().__init__(code)
        self.message = message
        self.code = code
        self.params = params

    def __str__(self) -> str:
        """Return the message in the active language."""
        return str(self.message) % self.params if self.params else str(self.message)


class DateError(ThaiValueError):
    """A text is no date, or no date that exists."""


class NumberError(ThaiValueError):
    """A text is no whole number."""
