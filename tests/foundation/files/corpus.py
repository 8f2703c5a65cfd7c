"""Hostile and broken files, each with what has to become of it: a refusal in words, or a file that does nothing."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from tests.foundation.files import bad_pdfs as pdfs
from tests.foundation.files import samples

SCRIPT = b"<script>alert(1)</script>"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Hostile:
    """A file as it is sent. It is refused with a code and these words, or kept as a type under a name."""

    title: str
    name: str
    made: Callable[[], bytes]
    code: str = ""
    words: str = ""
    media_type: str = ""
    kept_name: str = ""


def refused(title: str, name: str, made: Callable[[], bytes] | bytes, code: str, words: str) -> Hostile:
    return Hostile(title, name, _lazy(made), code=code, words=words)


def kept(
    title: str, name: str, made: Callable[[], bytes] | bytes, media_type: str, kept_name: str = ""
) -> Hostile:
    return Hostile(title, name, _lazy(made), media_type=media_type, kept_name=kept_name or name)


def _lazy(made: Callable[[], bytes] | bytes) -> Callable[[], bytes]:
    return made if callable(made) else lambda: made


# --- Pictures ----------------------------------------------------------------------------------------------------------


def with_comment(comment: bytes) -> bytes:
    return samples.picture("JPEG", comment=comment)


def gif_script() -> bytes:
    data = samples.picture("GIF", mode="P")
    return data + b"/*\n*/=1;alert(1);//"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def png_of(width: int, height: int, data: bytes) -> bytes:
    """A PNG that says how large it is, whatever stands in it."""
    head = chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def png_with(extra: bytes, behind: bytes = b"") -> bytes:
    """A good PNG with more chunks before its end, and something behind it; both far from its beginning."""
    data = samples.picture("PNG", (900, 900), compress_level=0)
    return data[:-12] + extra + data[-12:] + behind


def text_bomb() -> bytes:
    return png_with(chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200 << 20))))


def huge_jpeg() -> bytes:
    """It says that it has 65,000 lines of 65,000 dots."""
    data = bytearray(samples.picture("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack("!HH", 65_000, 65_000)
    return bytes(data)


def huge_webp() -> bytes:
    out = io.BytesIO()
    Image.new("L", (8000, 8000)).convert("RGB").save(out, "WEBP", quality=1, method=0)
    return out.getvalue()


def progressive(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, height)).save(out, "JPEG", quality=1, progressive=True)
    return out.getvalue()


def broken_exif() -> bytes:
    return samples.picture("JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + b"\xff" * 40)


def located() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "Phone", {1: "N", 2: (13.0, 45.0, 0.0)}
    return samples.picture("JPEG", exif=exif)


def exif_script() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "<?php system('id'); ?>"
    return samples.picture("JPEG", exif=exif)


def heic(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + bytes(400)


PICTURES = [
    kept("JPEG and HTML", "a.jpg", lambda: with_comment(b"." * 2000 + SCRIPT), "image/jpeg"),
    refused(
        "HTML near the beginning of a JPEG",
        "a.jpg",
        lambda: with_comment(b"<html>" + SCRIPT),
        "file-markup",
        "PNG",
    ),
    kept(
        "JPEG and a zip", "a.jpg", lambda: samples.picture() + samples.packed({"a.js": SCRIPT}), "image/jpeg"
    ),
    kept("JPEG and a PDF", "a.jpg", lambda: samples.picture() + pdfs.made(pdfs.named_script), "image/jpeg"),
    kept("JPEG and PHP in its metadata", "a.jpg", exif_script, "image/jpeg"),
    kept("GIF and a script", "a.gif", gif_script, "image/png", "a.png"),
    kept(
        "PNG and a page in a text",
        "a.png",
        lambda: png_with(chunk(b"tEXt", b"Comment\0" + SCRIPT)),
        "image/png",
    ),
    kept("PNG and a page behind its end", "a.png", lambda: png_with(b"", SCRIPT), "image/png"),
    kept("where it was taken", "a.jpg", located, "image/jpeg"),
    kept("EXIF that leads nowhere", "a.jpg", broken_exif, "image/jpeg"),
    kept("large and plain", "a.jpg", lambda: samples.picture("JPEG", (9000, 6000), quality=5), "image/jpeg"),
    refused(
        "PNG that unpacks to gigabytes",
        "a.png",
        lambda: png_of(60_000, 60_000, zlib.compress(bytes(9_000_000))),
        "file-pixels",
        "ย่อภาพ",
    ),
    refused("PNG of a text that unpacks to 200 MB", "a.png", text_bomb, "file-broken", "ถ่ายหรือบันทึกภาพใหม่"),
    refused(
        "PNG without its picture", "a.png", lambda: png_of(10, 10, b""), "file-broken", "ถ่ายหรือบันทึกภาพใหม่"
    ),
    refused(
        "PNG cut off",
        "a.png",
        lambda: samples.picture("PNG", (400, 400), mode="RGB")[:90],
        "file-broken",
        "ถ่ายหรือบันทึกภาพใหม่",
    ),
    refused("JPEG of 4,000 million dots", "a.jpg", huge_jpeg, "file-pixels", "ย่อภาพ"),
    refused(
        "JPEG of 64 million dots that is decoded as a whole",
        "a.jpg",
        lambda: progressive(8000, 8000),
        "file-pixels",
        "ย่อภาพ",
    ),
    refused(
        "JPEG cut off",
        "a.jpg",
        lambda: samples.picture("JPEG", (400, 400))[:700],
        "file-broken",
        "ถ่ายหรือบันทึกภาพใหม่",
    ),
    refused("WebP of 64 million dots", "a.webp", huge_webp, "file-pixels", "ย่อภาพ"),
    refused(
        "WebP cut off",
        "a.webp",
        lambda: samples.picture("WEBP", (300, 300))[:60],
        "file-broken",
        "ถ่ายหรือบันทึกภาพใหม่",
    ),
    refused("TIFF", "a.tiff", lambda: samples.picture("TIFF"), "file-type", "JPEG"),
    refused("TIFF cut off", "a.tif", lambda: samples.picture("TIFF")[:60], "file-type", "JPEG"),
    refused("TIFF called JPEG", "a.jpg", lambda: samples.picture("TIFF"), "file-type", "ไม่รู้จักไฟล์ชนิดนี้"),
    refused("photo of an iPhone", "IMG_0001.HEIC", lambda: heic(b"heic"), "file-type", "เข้ากันได้มากที่สุด"),
    refused(
        "photo of an iPhone called JPEG", "IMG_0001.jpg", lambda: heic(b"mif1"), "file-type", "เข้ากันได้มากที่สุด"
    ),
    refused("SVG with a script", "a.svg", b"<svg onload=alert(1)>", "file-markup", "SVG"),
    refused(
        "SVG with a script, called PNG",
        "a.png",
        b"<?xml version='1.0'?><svg><script>alert(1)</script></svg>",
        "file-markup",
        "SVG",
    ),
    refused(
        "SVG with a script, called PDF",
        "a.pdf",
        b"\n\n <svg xmlns='http://www.w3.org/2000/svg'>",
        "file-markup",
        "SVG",
    ),
    refused("SVG in UTF-16", "a.jpg", lambda: "<svg onload=alert(1)>".encode("utf-16"), "file-markup", "SVG"),
    refused("SVG packed by gzip", "a.svgz", b"\x1f\x8b\x08" + bytes(60), "file-type", "ไม่รู้จักไฟล์ชนิดนี้"),
    refused("PNG called PDF", "a.pdf", lambda: samples.picture("PNG"), "file-name", ".png"),
]

# --- PDF ---------------------------------------------------------------------------------------------------------------

ACTIVE = ("file-active", "บันทึกเป็น PDF")
PDF_TYPE = "application/pdf"

DOCUMENTS = [
    refused("script by name", "a.pdf", lambda: pdfs.made(pdfs.named_script), *ACTIVE),
    refused("script when opened", "a.pdf", lambda: pdfs.made(pdfs.opening(pdfs.script)), *ACTIVE),
    refused(
        "script in packed objects",
        "a.pdf",
        lambda: pdfs.made(
            pdfs.opening(pdfs.script), object_stream_mode=pdfs.pikepdf.ObjectStreamMode.generate
        ),
        *ACTIVE,
    ),
    refused("script deep inside", "a.pdf", lambda: pdfs.made(pdfs.hidden_script), *ACTIVE),
    refused("script of a field", "a.pdf", lambda: pdfs.made(pdfs.field_script), *ACTIVE),
    refused("script in an older state", "a.pdf", pdfs.told_twice, *ACTIVE),
    refused(
        "a web page when opened",
        "a.pdf",
        lambda: pdfs.made(pdfs.opening(lambda: pdfs.action("URI", URI=pdfs.String("https://a.example/")))),
        *ACTIVE,
    ),
    refused(
        "a program when opened",
        "a.pdf",
        lambda: pdfs.made(pdfs.opening(lambda: pdfs.action("Launch", F=pdfs.String("cmd.exe")))),
        *ACTIVE,
    ),
    refused(
        "a program on a page",
        "a.pdf",
        lambda: pdfs.made(pdfs.on_page(lambda: pdfs.action("Launch", F=pdfs.String("cmd.exe")))),
        *ACTIVE,
    ),
    refused(
        "sends a form",
        "a.pdf",
        lambda: pdfs.made(pdfs.sending),
        *ACTIVE,
    ),
    refused(
        "a file of another computer",
        "a.pdf",
        lambda: pdfs.made(pdfs.noted("Link", A=pdfs.action("GoToR", F=pdfs.String("//evil/a.pdf")))),
        *ACTIVE,
    ),
    refused("a program inside", "a.pdf", lambda: pdfs.made(pdfs.with_file), *ACTIVE),
    refused("a file in a note", "a.pdf", lambda: pdfs.made(pdfs.noted("FileAttachment")), *ACTIVE),
    refused("a film", "a.pdf", lambda: pdfs.made(pdfs.noted("RichMedia")), *ACTIVE),
    refused("a form of Adobe's own kind", "a.pdf", lambda: pdfs.made(pdfs.dynamic_form), *ACTIVE),
    refused("a password", "a.pdf", lambda: pdfs.locked("secret"), "file-locked", "รหัสผ่าน"),
    refused("a zip behind it", "a.pdf", pdfs.with_zip, "file-two-kinds", "ซ่อนอยู่"),
    refused("cut off", "a.pdf", lambda: pdfs.made()[:200], "file-cut-off", "ไม่ครบ"),
    refused("nothing in it", "a.pdf", b"%PDF-1.7\n%%EOF\n", "file-broken", "อาจเสีย"),
    refused("a page in front", "a.pdf", lambda: SCRIPT + pdfs.made(), "file-markup", "หน้าเว็บ"),
    refused("a program called PDF", "a.pdf", b"MZ" + bytes(500), "file-program", "ไฟล์โปรแกรม"),
    kept("a thousand pages", "a.pdf", lambda: pdfs.made(pages=1000), PDF_TYPE),
    kept("a lock that opens for everybody", "a.pdf", pdfs.locked, PDF_TYPE),
    kept("links that wait for a click", "a.pdf", lambda: pdfs.made(pdfs.linked), PDF_TYPE),
    kept("more pages told than there are", "a.pdf", pdfs.endless_pages, PDF_TYPE),
    kept("a page that unpacks to 60 MB", "a.pdf", pdfs.packed_bomb, PDF_TYPE),
]

# --- Office ------------------------------------------------------------------------------------------------------------


def relation(kind: str, target: str) -> bytes:
    told = f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="External"/>'
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{told}</Relationships>'.encode()


def office_with(kind: str = "docx", **members: bytes) -> bytes:
    """Members by their paths, with `__` for a slash."""
    return samples.office(kind, **{name.replace("__", "/"): data for name, data in members.items()})


def document(body: bytes) -> bytes:
    main, media_type = samples.MAIN["docx"]
    types = f'<Types><Override PartName="/{main}" ContentType="application/x.{media_type}"/></Types>'
    return samples.packed({"[Content_Types].xml": types.encode(), main: body})


def doubled() -> bytes:
    out = io.BytesIO(samples.office("docx"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/DOCUMENT.xml", b"<other/>")
    return out.getvalue()


def rels(kind: str, target: str) -> Callable[[], bytes]:
    return lambda: office_with(**{"word___rels__document.xml.rels": relation(kind, target)})


def nested(levels: int) -> bytes:
    data = bytes(1 << 20)
    for level in range(levels):
        data = samples.packed({f"{level}.zip": data})
    return data


REMOTE = ("file-remote", "จากที่อื่น")
HIDDEN = ("file-hidden", "ฝังอยู่")
OFFICE_TYPE = "application/vnd.openxmlformats-officedocument."
DOCX = f"{OFFICE_TYPE}wordprocessingml.document"

OFFICE = [
    refused(
        "a template from elsewhere", "a.docx", rels("attachedTemplate", "https://a.example/t.dotm"), *REMOTE
    ),
    refused(
        "a template of another computer", "a.docx", rels("attachedTemplate", "file://evil/t.dotm"), *REMOTE
    ),
    refused("a picture from elsewhere", "a.docx", rels("image", "https://a.example/p.png"), *REMOTE),
    refused("a page in a frame", "a.docx", rels("frame", "https://a.example/"), *REMOTE),
    refused("an object from elsewhere", "a.docx", rels("oleObject", "mhtml:https://a.example/x"), *REMOTE),
    refused(
        "a table of another computer",
        "a.xlsx",
        lambda: office_with(
            "xlsx",
            **{"xl__externalLinks___rels__e.xml.rels": relation("externalLinkPath", r"\\evil\share\a.xlsx")},
        ),
        *REMOTE,
    ),
    refused(
        "an OLE package",
        "a.docx",
        lambda: office_with(
            word__embeddings__oleObject1_bin=b"",
            **{"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" + bytes(99)},
        ),
        *HIDDEN,
    ),
    refused(
        "a program called a picture",
        "a.docx",
        lambda: office_with(**{"word/media/a.jpg": b"MZ" + bytes(99)}),
        *HIDDEN,
    ),
    refused(
        "archives in an archive", "a.docx", lambda: office_with(**{"word/media/a.png": nested(4)}), *HIDDEN
    ),
    refused("ActiveX", "a.docx", lambda: office_with(**{"word/activeX/activeX1.xml": b"<a/>"}), *HIDDEN),
    refused(
        "a table with an object in a document",
        "a.docx",
        lambda: office_with(
            **{"word/embeddings/a.xlsx": office_with("xlsx", **{"xl/embeddings/x.bin": b"x"})}
        ),
        *HIDDEN,
    ),
    refused(
        "an order to run",
        "a.docx",
        lambda: document(
            b'<w:instrText xml:space="preserve"> DDEAUTO c:\\\\cmd.exe "/k calc" </w:instrText>'
        ),
        "file-orders",
        "PDF",
    ),
    refused(
        "an order to run in a table",
        "a.xlsx",
        lambda: office_with(
            "xlsx", **{"xl/externalLinks/e.xml": b'<ddeLink ddeService="cmd" ddeTopic="/c calc"/>'}
        ),
        "file-orders",
        "PDF",
    ),
    refused(
        "entities",
        "a.docx",
        lambda: document(b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'),
        "file-broken",
        "รหัสผ่าน",
    ),
    refused("two parts of one name", "a.docx", doubled, "file-broken", "รหัสผ่าน"),
    refused(
        "a way out of the folder",
        "a.docx",
        lambda: office_with(**{"../../etc/cron.d/x": b"x"}),
        "file-broken",
        "รหัสผ่าน",
    ),
    refused("macros", "a.docx", lambda: office_with(**{"word/vbaProject.bin": b"x"}), "file-macro", "แมโคร"),
    refused(
        "a zip bomb",
        "a.xlsx",
        lambda: office_with("xlsx", **{"xl/a.xml": bytes(90 << 20)}),
        "file-bomb",
        "ผิดปกติ",
    ),
    refused(
        "too many parts",
        "a.docx",
        lambda: samples.packed({f"m{n}": b"" for n in range(4000)}),
        "file-bomb",
        "ผิดปกติ",
    ),
    refused("a zip called Word", "a.docx", lambda: nested(3), "file-archive", "แตกไฟล์"),
    refused(
        "Word of last century",
        "a.doc",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "file-type",
        "รูปแบบเก่า",
    ),
    refused("Word cut off", "a.docx", lambda: samples.office("docx")[:-40], "file-broken", "รหัสผ่าน"),
    refused(
        "relations that can't be read",
        "a.docx",
        lambda: office_with(**{"word/_rels/document.xml.rels": b"<a"}),
        "file-broken",
        "รหัสผ่าน",
    ),
    kept("a link that waits for a click", "a.docx", rels("hyperlink", "https://www.opm.go.th/"), DOCX),
    kept(
        "letters that look like an order",
        "a.docx",
        lambda: document(b"<w:t>DDE AUTO and DDE is a word</w:t>"),
        DOCX,
    ),
    kept(
        "a table of the own computer",
        "a.xlsx",
        lambda: office_with(
            "xlsx", **{"xl/externalLinks/_rels/e.xml.rels": relation("externalLinkPath", "Book2.xlsx")}
        ),
        f"{OFFICE_TYPE}spreadsheetml.sheet",
    ),
    kept(
        "a chart's own table",
        "a.docx",
        lambda: office_with(**{"word/embeddings/a.xlsx": samples.office("xlsx")}),
        DOCX,
    ),
]

# --- Names -------------------------------------------------------------------------------------------------------------

THAI = "หลักฐาน" * 43


def named(title: str, name: str, kept_name: str) -> Hostile:
    return kept(f"name: {title}", name, samples.picture, "image/jpeg", kept_name)


NAMES = [
    named("parts of a path", "../../etc/passwd.jpg", "passwd.jpg"),
    named("parts of a path of Windows", r"C:\Windows\System32\a.jpg", "a.jpg"),
    named("from right to left", "รูป\u202egpj.exe.jpg", "รูปgpj.exe.jpg"),
    named("marks of no width", "ใบ\u200b\u200d\ufeffเสร็จ.jpg", "ใบเสร็จ.jpg"),
    named("NUL", "a.php\0.jpg", "a.php.jpg"),
    named("300 Thai letters", f"{THAI[:300]}.jpg", f"{THAI[:116]}.jpg"),
    named("a device", "CON.jpg", "ไฟล์ CON.jpg"),
    named("nothing but dots", "....jpg", "jpg.jpg"),
    named("markup and lines", 'a"><script>\r\nSet-Cookie: x.jpg', "a script Set-Cookie x.jpg"),
    refused("name: of a program", "photo.jpg.exe", samples.picture, "file-program", "ไฟล์โปรแกรม"),
    refused("name: of a page", "photo.html", samples.picture, "file-markup", "หน้าเว็บ"),
]

CORPUS = [*PICTURES, *DOCUMENTS, *OFFICE, *NAMES]
