"""What a certificate can be. Expiry follows from the clock and is never stored."""

from django.utils.translation import gettext_lazy as _

from saduak.foundation.states import machine

CERTIFICATE = machine(
    "register.certificate",
    initial="prepared",
    states={
        "prepared": _("เตรียมไว้ ยังไม่ประกาศ"),
        "issued": _("ออกแล้ว"),
        "replaced": _("ออกใหม่แทนแล้ว"),
        "revoked": _("เพิกถอน"),
    },
    final={"replaced", "revoked"},
)
CERTIFICATE.on("issue", {"prepared"}, "issued", _("ประกาศ"))
CERTIFICATE.on("replace", {"issued"}, "replaced", _("ออกใหม่แทน"))
CERTIFICATE.on("revoke", {"issued"}, "revoked", _("เพิกถอน"))
