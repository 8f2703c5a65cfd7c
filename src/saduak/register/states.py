"""What a certificate can be. Embargo follows from its publication and expiry from the clock: neither is stored."""

from django.utils.translation import gettext_lazy as _

from saduak.foundation.states import machine

CERTIFICATE = machine(
    "register.certificate",
    initial="standing",
    states={
        "standing": _("มีผลตามประกาศ"),
        "replaced": _("ออกใหม่แทนแล้ว"),
        "revoked": _("เพิกถอน"),
    },
    final={"replaced", "revoked"},
)
CERTIFICATE.on("replace", {"standing"}, "replaced", _("ออกใหม่แทน"))
CERTIFICATE.on("revoke", {"standing"}, "revoked", _("เพิกถอน"))
