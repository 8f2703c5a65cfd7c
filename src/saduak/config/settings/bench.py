"""The benchmark's own server: like a real site, without time machine or one-click sign-ins, on a database of its own."""

import os

from saduak.config.settings.demo import *  # noqa: F403 - a settings file extends another

TIME_MACHINE = False
DEMO_SIGN_INS = False
if os.environ.get("SADUAK_BENCH_DATABASE"):
    DATABASES = {"default": postgres(os.environ["SADUAK_BENCH_DATABASE"])}  # noqa: F405
