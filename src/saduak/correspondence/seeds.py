"""Templates and legal references that come with the program, put in place at a first start and whenever they are newer."""

from saduak.correspondence.actions.templates import Brought, bring_in_texts
from saduak.correspondence.writing.templates import load_legal, load_templates
from saduak.foundation.access import Actor


def seed() -> Brought:
    """Bring in what the data files have and the database has not. Can be repeated."""
    return bring_in_texts(actor=Actor.system("seed"), templates=load_templates(), laws=load_legal())
