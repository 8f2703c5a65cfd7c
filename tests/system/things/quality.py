"""Quality checks and papers: what stands behind the addresses."""

from typing import Any

from saduak.applications import actions, content, papers, queries, word
from saduak.programme.models import Round

# As `routes.THINGS`: by the name of an address, which thing stands for which parameter.
ADDRESSES: dict[str, dict[str, str]] = {"applications:word-import": {"paper_id": "word_paper"}}


def make(cast: dict[str, Any], row: Round, things: dict[str, Any]) -> dict[str, Any]:
    """By the demo's people, through actions; `things` are the world's (application, answer, centre, …)."""
    officer = cast["officer"].now()
    tasks = queries.task_list(officer, things["application"])
    assert tasks is not None
    file = word.to_docx(papers.book_of(tasks, content.uses_of(tasks.application)))
    brought = actions.bring_word(
        actor=officer, application_id=things["application"], file=file, name="application.docx"
    )
    return {"word_paper": brought.public_id}
