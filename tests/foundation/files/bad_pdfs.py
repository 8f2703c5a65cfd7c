"""PDFs that act by themselves, hide something or are broken, made in memory."""

import io
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.foundation.files import samples


def made(change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **options) -> bytes:
    """A PDF of empty pages, changed by somebody."""
    pdf = pikepdf.new()
    for _page in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
    if change is not None:
        change(pdf)
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def action(kind: str, **more) -> Dictionary:
    """An action of a kind."""
    return Dictionary(Type=Name.Action, S=Name(f"/{kind}"), **more)


def script() -> Dictionary:
    """An action that runs a script."""
    return action("JavaScript", JS=String("app.alert(1)"))


def opening(what: Callable[[], Dictionary]) -> Callable[[pikepdf.Pdf], None]:
    """Something that happens when the file is opened."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = what()

    return change


def on_page(what: Callable[[], Dictionary]) -> Callable[[pikepdf.Pdf], None]:
    """Something that happens when a page is opened."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.AA = Dictionary(O=what())

    return change


def noted(subtype: str, **more) -> Callable[[pikepdf.Pdf], None]:
    """A note on the first page."""

    def change(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name(f"/{subtype}"), Rect=[0, 0, 9, 9], **more)
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])

    return change


def named_script(pdf: pikepdf.Pdf) -> None:
    """A script that runs when the file is opened, by its name."""
    tree = Dictionary(Names=Array([String("a"), script()]))
    pdf.Root.Names = Dictionary(JavaScript=tree)


def hidden_script(pdf: pikepdf.Pdf) -> None:
    """Deep inside other things."""
    inner = Dictionary(A=script())
    for _level in range(40):
        inner = Dictionary(K=Array([inner]))
    pdf.Root.PieceInfo = inner


def with_file(pdf: pikepdf.Pdf) -> None:
    """A program attached."""
    pdf.attachments["tool.exe"] = b"MZ" + bytes(100)


def dynamic_form(pdf: pikepdf.Pdf) -> None:
    """A form of Adobe's own kind."""
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp:xdp/>"))


def field_script(pdf: pikepdf.Pdf) -> None:
    """A field that calculates."""
    field = Dictionary(FT=Name.Tx, T=String("a"), AA=Dictionary(C=script()))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))


def sending(pdf: pikepdf.Pdf) -> None:
    """A button that sends the form."""
    send = action("SubmitForm", F=String("https://a.example/"))
    noted("Widget", FT=Name.Btn, T=String("a"), A=send)(pdf)
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.pages[0].obj.Annots[0]]))


def linked(pdf: pikepdf.Pdf) -> None:
    """A link to a page of the web, as every document has: it waits for a click."""
    noted("Link", A=action("URI", URI=String("https://www.opm.go.th/")))(pdf)


def told_twice() -> bytes:
    """A script in an older state of the file that a reader may find again."""
    return made() + b"\n9 0 obj\n<< /S /JavaScript /JS (app.alert\\(1\\)) >>\nendobj\n%%EOF\n"


def packed_bomb() -> bytes:
    """A page whose drawing unpacks to 60 MB."""

    def change(pdf: pikepdf.Pdf) -> None:
        whole = zlib.compress(zlib.compress(bytes(60 << 20)))
        stream = pdf.make_stream(b"")
        stream.write(whole, filter=Array([Name.FlateDecode, Name.FlateDecode]))
        pdf.pages[0].obj.Contents = stream

    return made(change)


def drawn_for_ever() -> bytes:
    """Forms that draw one another a thousand million times."""

    def change(pdf: pikepdf.Pdf) -> None:
        last = None
        for _level in range(10):
            form = pdf.make_stream(b"/X Do " * 8 if last is not None else b"0 0 9 9 re f")
            form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
            if last is not None:
                form.Resources = Dictionary(XObject=Dictionary(X=last))
            last = form
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=last))
        pdf.pages[0].obj.Contents = pdf.make_stream(b"/X Do")

    return made(change)


def with_zip() -> bytes:
    """A zip behind a PDF: either program opens it."""
    return made() + samples.packed({"a.html": b"<script>alert(1)</script>"}) + b"\n%%EOF\n"


def locked(user: str = "", owner: str = "x") -> bytes:
    """With passwords."""
    return made(encryption=pikepdf.Encryption(user=user, owner=owner))


def endless_pages() -> bytes:
    """A tree of pages that goes in a circle."""
    data = made()
    return data.replace(b"/Count 1", b"/Count 9")
