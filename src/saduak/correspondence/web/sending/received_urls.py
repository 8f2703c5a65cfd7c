"""Addresses of letters that came, of passing one on, and of sending one out."""

from django.urls import URLPattern, path

from saduak.correspondence.web.sending import issue, lists, received

_ONE = "letters/received/<uuid:delivery_id>/"

urlpatterns: list[URLPattern] = [
    path("letters/received/", received.received, name="received"),
    path(_ONE, received.delivery, name="delivery"),
    path(f"{_ONE}receive/", received.receive, name="receive"),
    path(f"{_ONE}acknowledge/", received.acknowledge, name="acknowledge-letter"),
    path(f"{_ONE}assign/", received.assign, name="assign"),
    path(f"{_ONE}circulate/", received.circulate, name="circulate"),
    path(f"{_ONE}see/", received.see, name="see"),
    path(f"{_ONE}stamped/", received.stamped, name="stamped"),
    path(f"{_ONE}forward/", issue.forward, name="forward"),
    path("letter-attachments/<uuid:attachment_id>/", received.attachment, name="attachment"),
    path("letters/drafts/<uuid:draft_id>/issue/", issue.issue, name="issue"),
    path("letters/lists/", lists.lists, name="lists"),
    path("letters/lists/new/", lists.recipient_list, name="list-new"),
    path("letters/lists/<uuid:list_id>/", lists.recipient_list, name="list"),
    path("letters/groups/new/", lists.group, name="group-new"),
    path("letters/groups/<uuid:group_id>/", lists.group, name="group"),
]
