"""Addresses of these pages."""

from django.urls import URLPattern, path

from saduak.correspondence.web.drafts import register, signing, templates, views

_DRAFT = "drafts/<uuid:draft_id>/"
_OF = "signers/of/<uuid:organisation_id>/"
_TEMPLATE = "letter-templates/<uuid:template_id>/"

urlpatterns: list[URLPattern] = [
    path("drafts/", views.drafts, name="drafts"),
    path("drafts/new/", views.new, name="draft-new"),
    path(_DRAFT, views.draft, name="draft"),
    path(f"{_DRAFT}preview/", views.preview, name="draft-preview"),
    path(f"{_DRAFT}letter.pdf", views.as_pdf, name="draft-pdf"),
    path(f"{_DRAFT}letter.docx", views.as_docx, name="draft-docx"),
    path(f"{_DRAFT}emblem/", views.emblem, name="letter-emblem"),
    path(f"{_DRAFT}sign/", signing.sign, name="draft-sign"),
    path(f"{_DRAFT}print/", signing.print_out, name="draft-print"),
    path(f"{_DRAFT}take-back/", views.take_back, name="draft-take-back"),
    path(f"{_DRAFT}cancel/", views.cancel, name="draft-cancel"),
    path("draft-enclosures/<uuid:attachment_id>/", views.enclosure, name="draft-enclosure"),
    path("draft-steps/<uuid:step_id>/", signing.decide, name="decide"),
    path("signers/", register.signers, name="signers"),
    path(_OF, register.signers, name="signers-of"),
    path(f"{_OF}new/", register.signer_new, name="signer-new"),
    path("signers/<uuid:delegation_id>/end/", register.signer_end, name="signer-end"),
    path("signers/<uuid:delegation_id>/absent/", register.absence_new, name="absence-new"),
    path("signer-absences/<uuid:absence_id>/end/", register.absence_end, name="absence-end"),
    path("letter-heads/<uuid:organisation_id>/", register.letter_head, name="letter-head"),
    path("letter-heads/<uuid:organisation_id>/emblem/", register.head_emblem, name="letter-head-emblem"),
    path("letter-templates/", templates.templates, name="letter-templates"),
    path(_TEMPLATE, templates.template, name="letter-template"),
    path(f"{_TEMPLATE}new-version/", templates.template_new, name="letter-template-new"),
]
