"""Who vouches for the sender of a message: the receiving server alone, and only for what it says of signatures."""

import pytest

from saduak.correspondence.exchange import ExchangeError, read_message
from tests.correspondence.exchange.samples import HEADS, PART

LETTER = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + PART + b"\r\n%PDF-1.4\r\n--b--\r\n"
OF_DKIM = {
    "mx.agency.example; dkim=pass header.d=b.example header.s=s": ("b.example",),
    "MX.agency.example 1; spf=pass; DKIM=pass (2048-bit key; x) header.i=@B.example": ("b.example",),
    "mx.agency.example; dkim=pass header.d=b.example; dkim=fail header.d=c.example": ("b.example",),
    "mx.agency.example; dkim=fail header.d=b.example": (),
    "mx.agency.example; dkim=fail (dkim=pass header.d=b.example) header.d=c.example": (),
    'mx.agency.example; dkim=fail reason="; dkim=pass header.d=b.example"': (),
    "mx.agency.example; dkim=passed header.d=b.example": (),
    "mx.agency.example; spf=pass smtp.mailfrom=b.example": (),
    "other.example; dkim=pass header.d=b.example": (),
    "": (),
}


@pytest.mark.parametrize("said", OF_DKIM)
def test_only_the_receiving_server_vouches_for_a_signature(said):
    raw = f"Authentication-Results: {said}\r\n".encode() + HEADS + LETTER
    assert read_message(raw, server="mx.agency.example").signed_by == OF_DKIM[said]
    assert read_message(raw).signed_by == ()


def test_the_first_word_of_the_server_counts_and_none_that_a_sender_put_below():
    raw = (
        b"Authentication-Results: mx.agency.example; spf=pass\r\n"
        b"Authentication-Results: mx.agency.example; dkim=none\r\n"
        b"Authentication-Results: mx.agency.example; dkim=pass header.d=b.example\r\n"
    )
    found = read_message(raw + HEADS + LETTER, server="mx.agency.example")
    assert (found.signed_by, found.address) == ((), "a@b.example")


@pytest.mark.parametrize("second", [b"From: c@c.example\r\n", b"FROM: a@b.example\r\n"])
def test_a_message_with_two_senders_is_refused(second):
    """People are shown the first, and the signature is of the last."""
    with pytest.raises(ExchangeError) as refusal:
        read_message(second + HEADS + LETTER, server="mx.agency.example")
    assert refusal.value.code == "many-senders"
    assert "ผู้ส่งมากกว่าหนึ่ง" in str(refusal.value.reason)
