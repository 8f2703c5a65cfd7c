"""A small site around the foundation: pages that read, write, refuse and ask, to test what stands around every view."""

from django.contrib.auth import logout
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saduak.foundation.access import Refused
from saduak.foundation.models import User
from saduak.foundation.web.languages import both
from saduak.foundation.web.pages import page, public


@public
def public_page(request, number=""):
    return HttpResponse(f"{request.LANGUAGE_CODE} {request.actor.kind} {number}")


@public
def public_frame(request):
    return render(request, "foundation/public.html")


@public
def public_write(request):
    User.objects.create_user("public@example.test")
    return HttpResponse("written")


@public
def public_said(request):
    return said(request)


@page()
def private_said(request):
    return said(request)


def said(request):
    """What arrived, as JSON."""
    values = {name: {**asked} for name, asked in (("get", dict(request.GET)), ("post", dict(request.POST)))}
    return JsonResponse(values | {"path": request.path})


@page()
def private_page(request):
    return render(request, "foundation/base.html")


@page()
def private_write(request):
    User.objects.create_user("private@example.test")
    return HttpResponse("written")


@page(needs="room.verb")
def needs_capability(request):
    return HttpResponse("open")


@page()
def refusing(request):
    raise Refused(_("ปิดรับแล้ว <b>"), "closed")


@page()
def missing(request):
    User.objects.get(pk=0)


@page()
@require_POST
def pressed(request):
    return HttpResponse("pressed")


@page()
@require_GET
def only_read(request):
    return HttpResponse("read")


@public
def gone(request):
    raise Http404


@page()
def breaking(request):
    raise RuntimeError("a secret")


def enter(request):
    logout(request)
    return HttpResponse("entered")


app_name = "try"
tried = [
    *both("open/", public_page, "open"),
    *both("open/<str:number>/", public_page, "open-one"),
    path("one-language/", public_page, name="one-language"),
    path("frame/", public_frame, name="frame"),
    path("public-write/", public_write, name="public-write"),
    path("private/", private_page, name="private"),
    path("private-write/", private_write, name="private-write"),
    path("public-said/", public_said, name="public-said"),
    path("private-said/", private_said, name="private-said"),
    path("needs/", needs_capability, name="needs"),
    path("refusing/", refusing, name="refusing"),
    path("breaking/", breaking, name="breaking"),
    path("missing/", missing, name="missing"),
    path("private/one/press/", pressed, name="pressed"),
    path("only-read/", only_read, name="only-read"),
    *both("gone/", gone, "gone"),
    path("gone-in-one/", gone, name="gone-in-one"),
]

urlpatterns = [
    path("", include("saduak.foundation.web.urls")),
    path("try/", include((tried, "try"))),
    path("enter/", enter, name="account_login"),
    path("leave/", enter, name="account_logout"),
]
handler400 = "saduak.foundation.web.errors.bad_request"
handler403 = "saduak.foundation.web.errors.forbidden"
handler404 = "saduak.foundation.web.errors.not_found"
handler500 = "saduak.foundation.web.errors.server_error"
